package dev.ottla.controller;

import dev.ottla.base.DirectoryId;
import dev.ottla.metadata.BrokerImage;
import dev.ottla.metadata.Listener;
import dev.ottla.metadata.MetadataEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A broker has started; the reply is its new epoch. Partitions in data folders that work again get a leader, those in folders that do not
 * lose theirs.
 *
 * @param directories its data folders that work; empty to say nothing of them
 */
public record RegisterBroker(
        int brokerId, List<Listener> listeners, @Nullable String rack, List<DirectoryId> directories)
        implements Command<Long> {
    public RegisterBroker {
        listeners = List.copyOf(listeners);
        directories = List.copyOf(directories);
    }

    @Override
    public Decision<Long> decide(DecisionContext context) {
        BrokerImage before = context.image().brokers().get(brokerId);
        long epoch = before == null ? 1 : before.brokerEpoch() + 1;
        BrokerImage after = new BrokerImage(brokerId, epoch, listeners, rack, directories);
        List<MetadataEvent> events = new ArrayList<>();
        events.add(new MetadataEvent.BrokerRegistered(after));
        events.addAll(DirectoryChange.elections(context.image(), after));
        return new Decision<>(events, epoch);
    }
}
