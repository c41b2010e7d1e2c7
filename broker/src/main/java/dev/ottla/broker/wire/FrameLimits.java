package dev.ottla.broker.wire;

import dev.ottla.network.FrameGate;
import java.util.Collection;

/**
 * How large a frame of each API may be. Produce carries data and may be as large as the broker is told; the others carry names and numbers,
 * and are decoded into objects, so each has a limit of its own. What is not served is not taken at all.
 */
public final class FrameLimits implements FrameGate {
    /** For APIs that speak of a few things at a time. */
    public static final int SMALL_FRAME_BYTES = 1024 * 1024;

    /** For APIs that may name every topic or partition of a cluster in one request. */
    public static final int LARGE_FRAME_BYTES = 8 * 1024 * 1024;

    /** ApiVersions comes before anything is known of a client; in any version it is a few names. */
    public static final int API_VERSIONS_FRAME_BYTES = 4 * 1024;

    private final int[] maxBytes;
    private final int socketRequestMaxBytes;

    /**
     * @param served the APIs in the table
     * @param socketRequestMaxBytes {@code socket.request.max.bytes}: bounds every frame
     */
    public FrameLimits(Collection<ApiKeys> served, int socketRequestMaxBytes) {
        this.socketRequestMaxBytes = socketRequestMaxBytes;
        int size = 0;
        for (ApiKeys key : served) {
            size = Math.max(size, key.id + 1);
        }
        maxBytes = new int[size];
        for (ApiKeys key : served) {
            maxBytes[key.id] = Math.min(limitOf(key, socketRequestMaxBytes), socketRequestMaxBytes);
        }
    }

    @Override
    public int maxFrameBytes(short apiKey, short version) {
        if (apiKey < 0 || apiKey >= maxBytes.length) {
            return 0;
        }
        if (apiKey == ApiKeys.API_VERSIONS.id) {
            return maxBytes[apiKey];
        }
        ApiKeys key = ApiKeys.forId(apiKey);
        return key != null && ApiVersionRange.supports(key, version) ? maxBytes[apiKey] : 0;
    }

    @Override
    public int largestFrameBytes() {
        return socketRequestMaxBytes;
    }

    private static int limitOf(ApiKeys key, int socketRequestMaxBytes) {
        if (key == ApiKeys.PRODUCE) {
            return socketRequestMaxBytes;
        }
        if (key == ApiKeys.API_VERSIONS) {
            return API_VERSIONS_FRAME_BYTES;
        }
        return switch (key) {
            case METADATA,
                    FETCH,
                    LIST_OFFSETS,
                    OFFSET_FOR_LEADER_EPOCH,
                    DESCRIBE_TOPIC_PARTITIONS,
                    CREATE_TOPICS,
                    DELETE_TOPICS,
                    CREATE_PARTITIONS,
                    DELETE_RECORDS,
                    DESCRIBE_CONFIGS,
                    ALTER_CONFIGS,
                    INCREMENTAL_ALTER_CONFIGS,
                    DESCRIBE_LOG_DIRS,
                    DESCRIBE_PRODUCERS,
                    ELECT_LEADERS,
                    ALTER_PARTITION_REASSIGNMENTS,
                    LIST_PARTITION_REASSIGNMENTS,
                    JOIN_GROUP,
                    SYNC_GROUP,
                    OFFSET_COMMIT,
                    OFFSET_FETCH,
                    OFFSET_DELETE,
                    DESCRIBE_GROUPS -> LARGE_FRAME_BYTES;
            default -> SMALL_FRAME_BYTES;
        };
    }
}
