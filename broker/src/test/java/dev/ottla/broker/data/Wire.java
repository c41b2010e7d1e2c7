package dev.ottla.broker.data;

import dev.ottla.base.FileSlice;
import dev.ottla.base.TopicId;
import dev.ottla.network.Reply;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;

/** Bytes for codec tests: generated messages to bytes and back, random names and ids. */
final class Wire {
    static final long SEED = Long.getLong("ottla.seed", 20261122L);

    private Wire() {}

    /** A message's bytes as a direct buffer in the middle of other bytes, as a frame's body is. */
    static ByteBuffer body(ApiMessage message, short version) {
        ByteBuffer bytes = MessageUtil.toByteBufferAccessor(message, version).buffer();
        ByteBuffer frame = ByteBuffer.allocateDirect(7 + bytes.remaining());
        return frame.position(7).put(bytes).position(7);
    }

    static <T extends ApiMessage> T parse(T message, ByteBuffer bytes, short version) {
        message.read(new ByteBufferAccessor(bytes), version);
        return message;
    }

    /** A reply's parts as one buffer; slices are read and closed. */
    static ByteBuffer flatten(Reply reply) throws java.io.IOException {
        ByteBuffer all = ByteBuffer.allocate((int) reply.sizeBytes());
        for (Reply.Part part : reply.parts()) {
            switch (part) {
                case Reply.Bytes bytes -> all.put(bytes.buffer());
                case Reply.Slice slice -> {
                    slice.slice().transferTo(0, slice.slice().sizeBytes(), new IntoBuffer(all));
                    slice.slice().close();
                }
            }
        }
        return all.flip();
    }

    static String name(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> "";
            case 1 -> "größe-" + random.nextInt(10);
            default -> "topic." + "x".repeat(random.nextInt(130)) + random.nextInt(100);
        };
    }

    static String text(Random random) {
        return random.nextInt(4) == 0 ? null : name(random);
    }

    static Uuid uuid(Random random) {
        return random.nextInt(8) == 0 ? Uuid.ZERO_UUID : new Uuid(random.nextLong(), random.nextLong());
    }

    static Uuid uuid(TopicId id) {
        return new Uuid(id.mostSignificantBits(), id.leastSignificantBits());
    }

    static TopicId id(Uuid uuid) {
        return new TopicId(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
    }

    static byte[] bytes(Random random, int max) {
        byte[] bytes = new byte[random.nextInt(max)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Records that lie in memory rather than in a file; knows whether it was closed. */
    static final class MemorySlice implements FileSlice {
        private final byte[] content;
        private boolean closed;

        MemorySlice(byte[] content) {
            this.content = content;
        }

        byte[] content() {
            return content;
        }

        boolean isClosed() {
            return closed;
        }

        @Override
        public int sizeBytes() {
            return content.length;
        }

        @Override
        public long transferTo(int offsetBytes, int maxBytes, WritableByteChannel target) throws java.io.IOException {
            return target.write(ByteBuffer.wrap(content, offsetBytes, content.length - offsetBytes));
        }

        @Override
        public void copyTo(int offsetBytes, ByteBuffer target) {
            target.put(content, offsetBytes, target.remaining());
        }

        @Override
        public void close() {
            if (closed) {
                throw new IllegalStateException("Closed twice");
            }
            closed = true;
        }
    }

    private record IntoBuffer(ByteBuffer target) implements WritableByteChannel {
        @Override
        public int write(ByteBuffer source) {
            int size = source.remaining();
            target.put(source);
            return size;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
