package dev.ottla.log.checkpoint;

import java.util.zip.CRC32C;

/** Which byte of a file is not what was written, as far as its CRC32C tells: when it is a single one. */
public final class FlippedByte {
    /** There is no such byte, or more than one is wrong. */
    public static final int NONE = -1;

    private static final int POLYNOMIAL = 0x82F63B78;
    private static final int[] TABLE = new int[256];
    /** By the upper byte of an entry of the table, which no other has: its index. */
    private static final int[] INDEX_OF = new int[256];

    static {
        for (int i = 0; i < TABLE.length; i++) {
            int entry = i;
            for (int bit = 0; bit < 8; bit++) {
                entry = (entry & 1) == 0 ? entry >>> 1 : entry >>> 1 ^ POLYNOMIAL;
            }
            TABLE[i] = entry;
            INDEX_OF[entry >>> 24] = i;
        }
    }

    private FlippedByte() {}

    public static int crcOf(byte[] content, int length) {
        CRC32C crc = new CRC32C();
        crc.update(content, 0, length);
        return (int) crc.getValue();
    }

    /**
     * The position of the byte among the first {@code length} of {@code content} whose change explains why they do not have the checksum {@code written};
     * {@link #NONE} also when they have it.
     */
    public static int position(byte[] content, int length, int written) {
        // A CRC is linear: what is left of the two is that of the change alone, followed by as many zeros as bytes
        // follow.
        int difference = crcOf(content, length) ^ written;
        if (difference == 0) {
            return NONE;
        }
        for (int at = length - 1; at >= 0; at--) {
            int index = INDEX_OF[difference >>> 24];
            if (TABLE[index] == difference) {
                return at;
            }
            difference = (difference ^ TABLE[index]) << 8 | index;
        }
        return NONE;
    }

    /** The only place from {@code from} on where {@code content} differs from what is expected there; {@link #NONE} when there are more, or none. */
    public static int onlyDifference(byte[] content, int from, byte[] expected) {
        int found = NONE;
        for (int i = 0; i < expected.length; i++) {
            if (content[from + i] != expected[i]) {
                if (found != NONE) {
                    return NONE;
                }
                found = from + i;
            }
        }
        return found;
    }
}
