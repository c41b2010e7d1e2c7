package dev.ottla.log.checkpoint;

import dev.ottla.base.Files;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The log starts of a data folder once more, under a checksum: Kafka's log-start-offset-checkpoint has none, and one flipped bit in it would hide
 * records or bring deleted ones back. Its file: a line {@code ottla-log-starts 1}, a line with what the folder's other checkpoints were when it was
 * closed ({@code open} until then), a log-start-offset-checkpoint, and a last line with the CRC32C of all before it.
 *
 * @param others what {@link #checksumOf} said of the other checkpoints when the folder was closed in order; null while it is in use
 */
public record GuardedLogStarts(
        Map<String, Long> offsets, @Nullable String others) {
    public static final String FILE = "ottla-log-starts";

    private static final String FIRST_LINE = "ottla-log-starts 1";
    private static final String OPEN = "open";
    private static final String LAST_LINE = "crc32c ";
    private static final int CHECKSUM_DIGITS = 8;

    public GuardedLogStarts {
        offsets = Map.copyOf(offsets);
    }

    /** In eight hexadecimal digits. */
    public static String checksumOf(byte[] content) {
        return String.format(Locale.ROOT, "%08x", FlippedByte.crcOf(content, content.length));
    }

    byte[] encode() {
        String text = FIRST_LINE + "\n" + (others == null ? OPEN : others) + "\n" + OffsetCheckpoint.encode(offsets);
        String checksum = checksumOf(text.getBytes(StandardCharsets.UTF_8));
        return (text + LAST_LINE + checksum + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** @throws IOException when it is damaged or of another version */
    public static GuardedLogStarts decode(byte[] content) throws IOException {
        String text = new String(content, StandardCharsets.UTF_8);
        int last = text.lastIndexOf(LAST_LINE);
        String body = last < 0 ? "" : text.substring(0, last);
        String checksum = LAST_LINE + checksumOf(body.getBytes(StandardCharsets.UTF_8)) + "\n";
        if (last < 0 || !text.substring(last).equals(checksum)) {
            throw new IOException("The file " + FILE + " does not have the checksum it was written with");
        }
        String[] lines = body.split("\n", 3);
        if (lines.length < 3 || !lines[0].equals(FIRST_LINE)) {
            throw new IOException("Unknown version of " + FILE + ": " + lines[0]);
        }
        return new GuardedLogStarts(OffsetCheckpoint.decode(lines[2]), lines[1].equals(OPEN) ? null : lines[1]);
    }

    /** Where the one byte is that damaged such a file; {@link FlippedByte#NONE} when it is not known. */
    public static int flippedByte(byte[] content) {
        int body = content.length - LAST_LINE.length() - CHECKSUM_DIGITS - 1;
        if (body < 0) {
            return FlippedByte.NONE;
        }
        String checksum = checksumOf(Arrays.copyOf(content, body));
        int inLastLine = FlippedByte.onlyDifference(
                content, body, (LAST_LINE + checksum + "\n").getBytes(StandardCharsets.UTF_8));
        if (inLastLine != FlippedByte.NONE) {
            return inLastLine;
        }
        String written = new String(content, body + LAST_LINE.length(), CHECKSUM_DIGITS, StandardCharsets.ISO_8859_1);
        try {
            return FlippedByte.position(content, body, Integer.parseUnsignedInt(written, 16));
        } catch (NumberFormatException moreThanOneByte) {
            return FlippedByte.NONE;
        }
    }

    /**
     * Whether nobody has written the folder's checkpoints since: damage is to one file, but who else uses the folder writes all of them.
     *
     * @param othersNow what the other checkpoints are now, as the record has them
     * @param closedInOrder by whom it may have been: Apache Kafka, to whom the folder was lent, does not write this file
     */
    public boolean isLastWord(String othersNow, boolean closedInOrder) {
        if (others == null) {
            return !closedInOrder;
        }
        String[] then = others.split(" ", -1);
        String[] now = othersNow.split(" ", -1);
        return then.length == 2 && (then[0].equals(now[0]) || then[1].equals(now[1]));
    }

    /** Replaces the folder's file; a crash leaves the old or the new one. */
    public void write(Files files, Path folder) throws IOException {
        files.replace(folder.resolve(FILE), encode());
    }

    /**
     * Null when there is none.
     *
     * @throws IOException also when it is damaged
     */
    public static @Nullable GuardedLogStarts read(Files files, Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        return files.exists(file) ? decode(files.readAll(file)) : null;
    }
}
