package dev.ottla.metadata;

import dev.ottla.base.DirectoryId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A registered broker.
 *
 * @param brokerEpoch higher at every registration; tells a restarted broker's requests from its predecessor's (KIP-631)
 * @param listeners where clients and other brokers reach it
 * @param rack null when none is set
 * @param directories its data folders that work (KIP-858); empty when it has not said
 */
public record BrokerImage(
        int brokerId,
        long brokerEpoch,
        List<Listener> listeners,
        @Nullable String rack,
        List<DirectoryId> directories) {
    public BrokerImage {
        listeners = List.copyOf(listeners);
        directories = List.copyOf(directories);
    }

    /** The same with other working data folders. */
    public BrokerImage withDirectories(List<DirectoryId> working) {
        return new BrokerImage(brokerId, brokerEpoch, listeners, rack, working);
    }

    /** Whether what stands in a data folder can be served. What is not assigned yet will be put into one that works. */
    public boolean isOnline(DirectoryId directory) {
        return directory.equals(DirectoryId.UNASSIGNED)
                || directories.contains(directory)
                || (directories.isEmpty() && directory.isNamed());
    }
}
