package dev.ottla.metadata;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A registered broker.
 *
 * @param brokerEpoch higher at every registration; tells a restarted broker's requests from its predecessor's (KIP-631)
 * @param listeners where clients and other brokers reach it
 * @param rack null when none is set
 */
public record BrokerImage(
        int brokerId,
        long brokerEpoch,
        List<Listener> listeners,
        @Nullable String rack) {
    public BrokerImage {
        listeners = List.copyOf(listeners);
    }
}
