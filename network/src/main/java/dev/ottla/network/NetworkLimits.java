package dev.ottla.network;

import java.net.InetAddress;
import java.util.Map;

/**
 * Everything that a client can make grow in this room, and how far; with the sockets' settings. Frame sizes are the {@link FrameGate}'s.
 *
 * @param loops event loops, each a thread
 * @param maxConnections connections in all; further ones are closed at once ({@code max.connections})
 * @param maxConnectionsPerIp connections from one address ({@code max.connections.per.ip})
 * @param maxConnectionsPerIpOverrides exceptions to it ({@code max.connections.per.ip.overrides})
 * @param maxIdleMs a connection without bytes and without a request in work is closed after so long ({@code connections.max.idle.ms})
 * @param maxPipelinedRequests unanswered requests of one connection; its socket is not read beyond them
 * @param maxQueuedReplyBytes replies of one connection that its client has not taken; its requests wait beyond them
 * @param bufferMemoryBytes direct memory for frames and replies of all connections; beyond it, large frames wait for each other, and an
 *     eighth further on all reading does. One frame at a time may pass, so that whatever the limits, something always finishes
 *     ({@code queued.max.request.bytes} where set)
 *     The JVM's MaxDirectMemorySize must leave room for 9/8 of it, twice the largest frame, and 16 MiB of spare buffers a loop
 * @param stallUnderPressureMs while connections wait for buffer memory, one that holds some and makes no progress for so long is closed
 * @param transferBytesPerTurn how much one connection may send before the loop turns to the others
 * @param closeGraceMs how long {@link NetworkServer#close} lets started requests be answered
 * @param halfCloseGraceMs how long replies are still sent to a client that has shut down its sending side
 * @param backlog connections the kernel keeps for the acceptor ({@code socket.listen.backlog.size})
 * @param sendBufferBytes SO_SNDBUF, or -1 for the system's ({@code socket.send.buffer.bytes})
 * @param receiveBufferBytes SO_RCVBUF, or -1 for the system's ({@code socket.receive.buffer.bytes})
 */
public record NetworkLimits(
        int loops,
        int maxConnections,
        int maxConnectionsPerIp,
        Map<InetAddress, Integer> maxConnectionsPerIpOverrides,
        long maxIdleMs,
        int maxPipelinedRequests,
        long maxQueuedReplyBytes,
        long bufferMemoryBytes,
        long stallUnderPressureMs,
        int transferBytesPerTurn,
        long closeGraceMs,
        long halfCloseGraceMs,
        int backlog,
        int sendBufferBytes,
        int receiveBufferBytes) {

    public NetworkLimits {
        maxConnectionsPerIpOverrides = Map.copyOf(maxConnectionsPerIpOverrides);
        atLeast("loops", loops, 1);
        atLeast("maxPipelinedRequests", maxPipelinedRequests, 1);
        atLeast("maxQueuedReplyBytes", maxQueuedReplyBytes, 1);
        atLeast("bufferMemoryBytes", bufferMemoryBytes, 1);
        atLeast("transferBytesPerTurn", transferBytesPerTurn, 1);
        atLeast("backlog", backlog, 1);
    }

    private static void atLeast(String name, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ", not " + value);
        }
    }

    /** Kafka's values where it has any, else what keeps a small machine standing. */
    public static NetworkLimits defaults() {
        return new NetworkLimits(
                Math.min(2, Runtime.getRuntime().availableProcessors()),
                5_000,
                Integer.MAX_VALUE,
                Map.of(),
                600_000,
                100,
                8L << 20,
                128L << 20,
                10_000,
                1 << 20,
                5_000,
                5_000,
                50,
                -1,
                -1);
    }

    /** A copy with other values; see {@link Builder}. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Changes some limits and leaves the others. */
    public static final class Builder {
        private int loops;
        private int maxConnections;
        private int maxConnectionsPerIp;
        private Map<InetAddress, Integer> maxConnectionsPerIpOverrides;
        private long maxIdleMs;
        private int maxPipelinedRequests;
        private long maxQueuedReplyBytes;
        private long bufferMemoryBytes;
        private long stallUnderPressureMs;
        private int transferBytesPerTurn;
        private long closeGraceMs;
        private long halfCloseGraceMs;
        private int backlog;
        private int sendBufferBytes;
        private int receiveBufferBytes;

        private Builder(NetworkLimits from) {
            loops = from.loops;
            maxConnections = from.maxConnections;
            maxConnectionsPerIp = from.maxConnectionsPerIp;
            maxConnectionsPerIpOverrides = from.maxConnectionsPerIpOverrides;
            maxIdleMs = from.maxIdleMs;
            maxPipelinedRequests = from.maxPipelinedRequests;
            maxQueuedReplyBytes = from.maxQueuedReplyBytes;
            bufferMemoryBytes = from.bufferMemoryBytes;
            stallUnderPressureMs = from.stallUnderPressureMs;
            transferBytesPerTurn = from.transferBytesPerTurn;
            closeGraceMs = from.closeGraceMs;
            halfCloseGraceMs = from.halfCloseGraceMs;
            backlog = from.backlog;
            sendBufferBytes = from.sendBufferBytes;
            receiveBufferBytes = from.receiveBufferBytes;
        }

        public Builder loops(int value) {
            loops = value;
            return this;
        }

        public Builder maxConnections(int value) {
            maxConnections = value;
            return this;
        }

        public Builder maxConnectionsPerIp(int value) {
            maxConnectionsPerIp = value;
            return this;
        }

        public Builder maxConnectionsPerIpOverrides(Map<InetAddress, Integer> value) {
            maxConnectionsPerIpOverrides = value;
            return this;
        }

        public Builder maxIdleMs(long value) {
            maxIdleMs = value;
            return this;
        }

        public Builder maxPipelinedRequests(int value) {
            maxPipelinedRequests = value;
            return this;
        }

        public Builder maxQueuedReplyBytes(long value) {
            maxQueuedReplyBytes = value;
            return this;
        }

        public Builder bufferMemoryBytes(long value) {
            bufferMemoryBytes = value;
            return this;
        }

        public Builder stallUnderPressureMs(long value) {
            stallUnderPressureMs = value;
            return this;
        }

        public Builder transferBytesPerTurn(int value) {
            transferBytesPerTurn = value;
            return this;
        }

        public Builder closeGraceMs(long value) {
            closeGraceMs = value;
            return this;
        }

        public Builder halfCloseGraceMs(long value) {
            halfCloseGraceMs = value;
            return this;
        }

        public Builder backlog(int value) {
            backlog = value;
            return this;
        }

        public Builder sendBufferBytes(int value) {
            sendBufferBytes = value;
            return this;
        }

        public Builder receiveBufferBytes(int value) {
            receiveBufferBytes = value;
            return this;
        }

        public NetworkLimits build() {
            return new NetworkLimits(
                    loops,
                    maxConnections,
                    maxConnectionsPerIp,
                    maxConnectionsPerIpOverrides,
                    maxIdleMs,
                    maxPipelinedRequests,
                    maxQueuedReplyBytes,
                    bufferMemoryBytes,
                    stallUnderPressureMs,
                    transferBytesPerTurn,
                    closeGraceMs,
                    halfCloseGraceMs,
                    backlog,
                    sendBufferBytes,
                    receiveBufferBytes);
        }
    }
}
