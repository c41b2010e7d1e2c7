package dev.ottla.log.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The lines of Kafka's text checkpoints. */
class CheckpointTextTest {
    private static LeaderEpochs epochs(String text) throws IOException {
        return LeaderEpochs.decode(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void anyWhiteSpacePartsWords() throws IOException {
        // Given lines as Apache Kafka writes them, and as a person does
        String text = "0\n2\norders 3 17\n  a.b-c \t 0   9223372036854775807 \r\n";

        // When they are read, then words are what stands between white space
        assertThat(OffsetCheckpoint.decode(text)).isEqualTo(Map.of("orders-3", 17L, "a.b-c-0", Long.MAX_VALUE));
    }

    @Test
    void whatDamageHasMadeOfADigitPartsNone() {
        // Given partition 30, and its digit 0 with a flipped bit
        String text = "0\n1\norders 3\u0010 17\n";

        // When it is read, then it is malformed, and not partition 3
        assertThatThrownBy(() -> OffsetCheckpoint.decode(text))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Malformed line");
    }

    @Test
    void aLineOfTooFewOrTooManyWordsIsMalformed() {
        for (String line : List.of("orders 3", "orders 3 17 4", "orders")) {
            assertThatThrownBy(() -> OffsetCheckpoint.decode("0\n1\n" + line + "\n"))
                    .as(line)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Malformed line");
        }
    }

    @Test
    void epochsAreReadAsTheyWereWritten() throws IOException {
        // Given epochs with gaps
        LeaderEpochs written = LeaderEpochs.EMPTY.assign(0, 0).assign(3, 10).assign(7, 11);

        // When they are read again, then they are the same
        assertThat(LeaderEpochs.decode(written.encode())).isEqualTo(written);
        assertThat(LeaderEpochs.decode(LeaderEpochs.EMPTY.encode())).isEqualTo(LeaderEpochs.EMPTY);
    }

    @Test
    void epochsThatDoNotRiseAreMalformed() {
        for (String text : List.of("0\n2\n1 0\n1 5\n", "0\n2\n1 5\n2 5\n", "0\n2\n2 0\n1 5\n", "0\n1\n-1 0\n")) {
            assertThatThrownBy(() -> epochs(text))
                    .as(text)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("out of order");
        }
    }
}
