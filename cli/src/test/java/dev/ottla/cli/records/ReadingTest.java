package dev.ottla.cli.records;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.Clock;
import dev.ottla.cli.kit.Interrupts;
import dev.ottla.cli.kit.Io;
import dev.ottla.cli.kit.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReadingTest {
    private static final TopicPartition FIRST = new TopicPartition("orders", 0);
    private static final TopicPartition SECOND = new TopicPartition("orders", 1);

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @BeforeEach
    void assign() {
        consumer.assign(List.of(FIRST, SECOND));
        consumer.updateBeginningOffsets(Map.of(FIRST, 0L, SECOND, 0L));
        consumer.seek(FIRST, 0);
        consumer.seek(SECOND, 0);
    }

    @Test
    void theEndIsWhatItWasAtTheStart() throws IOException {
        // Given a partition that ended at 2 when the reading began, and has grown since; the other was empty
        records(FIRST, 4);

        // When it is read to that end
        long read = reading(Long.MAX_VALUE, Map.of(FIRST, 2L, SECOND, 0L)).all();

        // Then what came later is left out, and it ends
        assertThat(read).isEqualTo(2);
        assertThat(lines()).containsExactly("0", "1");
    }

    @Test
    void theEndIsReachedByPositionWhereTheLastRecordsAreGone() throws IOException {
        // Given a partition that ends at 3, whose last offset holds no record for readers
        records(FIRST, 2);
        consumer.schedulePollTask(() -> {});
        consumer.schedulePollTask(() -> consumer.seek(FIRST, 3));

        // When it is read to the end, then it ends all the same
        assertThat(reading(Long.MAX_VALUE, Map.of(FIRST, 3L)).all()).isEqualTo(2);
    }

    @Test
    void theCountEndsItInTheMiddleOfABatch() throws IOException {
        records(FIRST, 4);

        assertThat(reading(3, Map.of()).all()).isEqualTo(3);
        assertThat(lines()).containsExactly("0", "1", "2");
    }

    @Test
    void aWakeUpEndsItWithWhatWasReadWrittenOut() throws IOException {
        // Given a reading that follows, and is woken after the first records
        records(FIRST, 2);
        consumer.schedulePollTask(() -> {});
        consumer.schedulePollTask(consumer::wakeup);

        // Then it ends and nothing is lost
        assertThat(reading(Long.MAX_VALUE, Map.of()).all()).isEqualTo(2);
        assertThat(lines()).containsExactly("0", "1");
    }

    private void records(TopicPartition partition, int count) {
        for (int offset = 0; offset < count; offset++) {
            byte[] value = Integer.toString(offset).getBytes(StandardCharsets.UTF_8);
            consumer.addRecord(new ConsumerRecord<>(partition.topic(), partition.partition(), offset, null, value));
        }
    }

    private Reading reading(long most, Map<TopicPartition, Long> stops) {
        var printed = new PrintStream(out, false, StandardCharsets.UTF_8);
        var io = new Io(
                InputStream.nullInputStream(),
                printed,
                out,
                printed,
                Terminal.NONE,
                Map.of(),
                Clock.system(),
                Interrupts.NONE);
        return new Reading(consumer, new OutputFormat.Value("null"), io, most, stops);
    }

    private List<String> lines() {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
