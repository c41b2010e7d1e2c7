package dev.ottla.record;

import java.nio.ByteBuffer;

/**
 * Reads records of the usual kind: whole, below 4 to 8 KiB, without headers, no number in it longer than two bytes. Any other it leaves to who reads field by
 * field, so it refuses nothing.
 *
 * <p>It reads from a copy on the heap, a window at a time: copying takes less than a nanosecond a record of 100 bytes, and for the JVM's quick compiler,
 * which brokers run with, a load from an array is an instruction or two where a buffer's get is a call. That compiler also inlines small static methods
 * only (ADR 10).
 */
final class UsualRecords {
    private static final int WINDOW_BYTES = 8192;
    /** More than the sizes and numbers of one can take, be they too long. */
    private static final int FIELD_BYTES = 40;

    /** What {@link #lengthOf} says of a number that takes more than two bytes: a bit that 1 and 2 do not have. */
    private static final int LONGER = 4;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final byte[] window = new byte[WINDOW_BYTES];
    private ByteBuffer buffer = NOTHING;
    private int end;
    private int windowAt;
    private int windowBytes;

    /** @param to where the readable bytes end in the buffer */
    void open(ByteBuffer source, int to) {
        buffer = source;
        end = to;
        windowBytes = 0;
    }

    void close() {
        open(NOTHING, 0);
    }

    /** Whether a record of the usual kind begins at a position; only then all of {@code into} is its. */
    boolean read(int at, RecordFields into) {
        int from = at - windowAt;
        if (from < 0 || from + FIELD_BYTES > windowBytes || endOf(window, from) > windowBytes) {
            // One that begins in the first half and is said to end beyond it all is not worth a copy for itself: that
            // could be a lie, told of each record.
            boolean half = from >= 0 && from < windowBytes / 2;
            if (half || end - at < FIELD_BYTES) {
                return false;
            }
            fill(at);
            from = 0;
        }
        return parse(window, from, into);
    }

    private void fill(int at) {
        windowAt = at;
        windowBytes = Math.min(WINDOW_BYTES, end - at);
        buffer.get(at, window, 0, windowBytes);
    }

    private boolean parse(byte[] bytes, int from, RecordFields into) {
        int sizeLength = lengthOf(bytes, from);
        int stop = from + sizeLength + number(bytes, from, sizeLength);
        int at = from + sizeLength + 1;
        int timestampLength = lengthOf(bytes, at);
        into.timestampDeltaMs = number(bytes, at, timestampLength);
        at += timestampLength;
        int offsetLength = lengthOf(bytes, at);
        into.offsetDelta = number(bytes, at, offsetLength);
        at += offsetLength;
        if ((sizeLength | timestampLength | offsetLength) >= LONGER || stop > windowBytes) {
            return false;
        }
        into.startAt = windowAt + from;
        return parseBody(bytes, at, stop, into);
    }

    private boolean parseBody(byte[] bytes, int from, int stop, RecordFields into) {
        int keyLength = lengthOf(bytes, from);
        int keySize = number(bytes, from, keyLength);
        int keyFrom = from + keyLength;
        int at = keyFrom + Math.max(keySize, 0);
        if (keyLength == LONGER || at + 1 >= stop) {
            return false;
        }
        int valueLength = lengthOf(bytes, at);
        int valueSize = number(bytes, at, valueLength);
        int valueFrom = at + valueLength;
        int last = valueFrom + Math.max(valueSize, 0);
        if (valueLength == LONGER || Math.min(keySize, valueSize) < -1 || last + 1 != stop || bytes[last] != 0) {
            return false;
        }
        into.bodyAt = windowAt + from;
        into.keyAt = windowAt + keyFrom;
        into.keySize = keySize;
        into.valueAt = windowAt + valueFrom;
        into.valueSize = valueSize;
        into.endAt = windowAt + stop;
        into.headersAt = into.endAt;
        into.headerCount = 0;
        return true;
    }

    /** Where a record ends that begins there, if its size is a usual one. */
    private static int endOf(byte[] bytes, int at) {
        int length = lengthOf(bytes, at);
        return at + length + number(bytes, at, length);
    }

    private static int lengthOf(byte[] bytes, int at) {
        return bytes[at] >= 0 ? 1 : bytes[at + 1] >= 0 ? 2 : LONGER;
    }

    private static int number(byte[] bytes, int at, int length) {
        return Varints.unzigzag(length == 1 ? bytes[at] : (bytes[at] & 0x7F) | (bytes[at + 1] << 7));
    }
}
