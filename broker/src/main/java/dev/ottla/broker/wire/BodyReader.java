package dev.ottla.broker.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.protocol.Readable;

/**
 * What generated classes read a body through. Unlike kafka-clients' own accessor it copies a string's bytes once, and an empty string is
 * no object at all; {@link FrameWalk} counts on both.
 */
final class BodyReader implements Readable {
    private final ByteBuffer bytes;
    private byte[] scratch = new byte[0];

    BodyReader(ByteBuffer body) {
        bytes = body.duplicate();
    }

    /** How much scratch memory is taken once a string of this many bytes comes. */
    static int scratchBytes(int length) {
        return Math.max(64, Integer.highestOneBit(length) << 1);
    }

    @Override
    public byte readByte() {
        return bytes.get();
    }

    @Override
    public short readShort() {
        return bytes.getShort();
    }

    @Override
    public int readInt() {
        return bytes.getInt();
    }

    @Override
    public long readLong() {
        return bytes.getLong();
    }

    @Override
    public double readDouble() {
        return bytes.getDouble();
    }

    @Override
    public byte[] readArray(int length) {
        if (length > bytes.remaining()) {
            throw new MalformedFrameException("A length of " + length + " with " + bytes.remaining() + " bytes left");
        }
        byte[] copy = new byte[length];
        bytes.get(copy);
        return copy;
    }

    @Override
    public String readString(int length) {
        if (length == 0) {
            return "";
        }
        if (length > bytes.remaining()) {
            throw new MalformedFrameException("A length of " + length + " with " + bytes.remaining() + " bytes left");
        }
        if (length > scratch.length) {
            scratch = new byte[scratchBytes(length)];
        }
        bytes.get(scratch, 0, length);
        return new String(scratch, 0, length, StandardCharsets.UTF_8);
    }

    @Override
    public int readUnsignedVarint() {
        long value = Varints.read(bytes, bytes.position());
        bytes.position(Varints.end(bytes, bytes.position()));
        return (int) value;
    }

    @Override
    public ByteBuffer readByteBuffer(int length) {
        ByteBuffer view = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        return view;
    }

    @Override
    public int readVarint() {
        int value = readUnsignedVarint();
        return (value >>> 1) ^ -(value & 1);
    }

    @Override
    public long readVarlong() {
        throw new UnsupportedOperationException("No request has a varlong");
    }

    @Override
    public int remaining() {
        return bytes.remaining();
    }

    @Override
    public Readable slice() {
        return new BodyReader(bytes.slice());
    }
}
