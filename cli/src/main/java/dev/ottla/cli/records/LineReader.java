package dev.ottla.cli.records;

import dev.ottla.cli.kit.Given;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Lines as bytes: what is in them is nobody's business here, be it UTF-8 or not. */
final class LineReader {
    /** Ends a line without end before it ends the memory. */
    static final int MAX_LINE_BYTES = 64 * 1024 * 1024;

    private static final int BUFFER = 64 * 1024;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int limit;
    private long lines;

    LineReader(InputStream in) {
        this.in = in;
    }

    /** The number of the line that was read last, from 1. */
    long line() {
        return lines;
    }

    /** The next line without its end (`\n` or `\r\n`), or null at the end of the input. */
    byte @Nullable [] next() throws IOException {
        var line = new ByteArrayOutputStream();
        boolean any = false;
        while (true) {
            if (position == limit) {
                limit = Math.max(in.read(buffer), 0);
                position = 0;
                if (limit == 0) {
                    return any ? ended(line) : null;
                }
            }
            any = true;
            int start = position;
            while (position < limit && buffer[position] != '\n') {
                position++;
            }
            line.write(buffer, start, position - start);
            if (line.size() > MAX_LINE_BYTES) {
                throw Given.usage("Line %d is longer than %d bytes.".formatted(lines + 1, MAX_LINE_BYTES));
            }
            if (position < limit) {
                position++;
                return ended(line);
            }
        }
    }

    private byte[] ended(ByteArrayOutputStream line) {
        lines++;
        byte[] bytes = line.toByteArray();
        boolean carriageReturn = bytes.length > 0 && bytes[bytes.length - 1] == '\r';
        return carriageReturn ? Arrays.copyOf(bytes, bytes.length - 1) : bytes;
    }
}
