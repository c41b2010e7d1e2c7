package dev.ottla.controller;

import dev.ottla.metadata.BrokerImage;
import dev.ottla.metadata.Listener;
import dev.ottla.metadata.MetadataEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A broker has started; the reply is its new epoch. */
public record RegisterBroker(
        int brokerId, List<Listener> listeners, @Nullable String rack) implements Command<Long> {
    public RegisterBroker {
        listeners = List.copyOf(listeners);
    }

    @Override
    public Decision<Long> decide(DecisionContext context) {
        BrokerImage before = context.image().brokers().get(brokerId);
        long epoch = before == null ? 1 : before.brokerEpoch() + 1;
        BrokerImage after = new BrokerImage(brokerId, epoch, listeners, rack);
        return new Decision<>(List.of(new MetadataEvent.BrokerRegistered(after)), epoch);
    }
}
