package dev.ottla.cli.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.cli.kit.CommandFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineReaderTest {
    @Test
    void endsLinesAsUnixAndWindowsDo() throws IOException {
        assertThat(lines("a\nb\r\n\nlast")).containsExactly("a", "b", "", "last");
    }

    @Test
    void anEndOfLineAtTheEndBeginsNoFurtherLine() throws IOException {
        assertThat(lines("a\n")).containsExactly("a");
        assertThat(lines("")).isEmpty();
    }

    @Test
    void joinsALineThatArrivesInPieces() throws IOException {
        // Given a stream that gives one byte at a time
        var slow = new InputStream() {
            private final byte[] all = "first\nsecond".getBytes(StandardCharsets.UTF_8);
            private int next;

            @Override
            public int read() {
                return next < all.length ? all[next++] : -1;
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                int one = read();
                if (one < 0) {
                    return -1;
                }
                into[offset] = (byte) one;
                return 1;
            }
        };
        var reader = new LineReader(slow);

        // Then the lines are whole and counted
        assertThat(reader.next()).asString(StandardCharsets.UTF_8).isEqualTo("first");
        assertThat(reader.next()).asString(StandardCharsets.UTF_8).isEqualTo("second");
        assertThat(reader.line()).isEqualTo(2);
        assertThat(reader.next()).isNull();
    }

    @Test
    void refusesALineWithoutEndBeforeItFillsTheMemory() {
        // Given a stream that never ends its line
        var endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                java.util.Arrays.fill(into, offset, offset + length, (byte) 'x');
                return length;
            }
        };

        // Then it is refused
        assertThatThrownBy(() -> new LineReader(endless).next())
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("Line 1 is longer");
    }

    private static List<String> lines(String text) throws IOException {
        var reader = new LineReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        var lines = new ArrayList<String>();
        for (byte[] line = reader.next(); line != null; line = reader.next()) {
            lines.add(new String(line, StandardCharsets.UTF_8));
        }
        return lines;
    }
}
