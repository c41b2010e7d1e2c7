package dev.ottla.broker.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a leader can be reached, told beside an error that names it (KIP-951). */
record NodeEndpoint(
        int nodeId, String host, int port, @Nullable String rack) {
    /** Node id, port and the struct's empty tagged fields. */
    private static final int FIXED_BYTES = 4 + 4 + 1;
    /** Tag, size and array length at their longest. */
    private static final int OVERHEAD_BOUND_BYTES = 16;

    /** The most that {@link #writeTag} takes. */
    static int boundBytes(List<NodeEndpoint> endpoints) {
        return OVERHEAD_BOUND_BYTES + contentBytes(endpoints);
    }

    /** Writes the tagged fields that end a response: tag 0, the endpoints, or no tag when there are none. */
    static void writeTag(WireWriter out, List<NodeEndpoint> endpoints) {
        if (endpoints.isEmpty()) {
            out.noTags();
            return;
        }
        out.unsignedVarint(1).unsignedVarint(0);
        out.unsignedVarint(WireWriter.unsignedVarintSize(endpoints.size() + 1) + contentBytes(endpoints));
        out.length32(endpoints.size());
        for (NodeEndpoint endpoint : endpoints) {
            out.int32(endpoint.nodeId).string(endpoint.host).int32(endpoint.port);
            out.string(endpoint.rack).noTags();
        }
    }

    private static int contentBytes(List<NodeEndpoint> endpoints) {
        int size = 0;
        for (NodeEndpoint endpoint : endpoints) {
            size += FIXED_BYTES
                    + WireWriter.compactStringSize(endpoint.host)
                    + WireWriter.compactStringSize(endpoint.rack);
        }
        return size;
    }
}
