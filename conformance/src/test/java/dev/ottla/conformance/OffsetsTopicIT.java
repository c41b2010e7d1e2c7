package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How {@code __consumer_offsets} is written under settings that change that, read as Burrow and its like read it. */
class OffsetsTopicIT {
    private static final String OFFSETS = "__consumer_offsets";
    private static final String VALUE_VERSION = "ottla.offsets.value.version";

    @TempDir
    private Path folder;

    @Test
    void eventsAreCompressedAsInKafka() {
        // Given what Apache Kafka writes with a codec
        Map<String, String> zstd = settings("4", Map.of());
        List<String> expected;
        try (Target kafka = ApacheKafka.start(zstd)) {
            expected = committed(kafka);
        }
        // When Ottla has the same setting, then it writes the same
        try (Target ottla = Ottla.start(zstd)) {
            assertThat(committed(ottla)).isEqualTo(expected).containsExactly("zstd, version 4");
        }
    }

    @ParameterizedTest
    @CsvSource({"0, none", "1, gzip", "2, snappy", "3, lz4", "4, zstd"})
    void whatIsCompressedIsReadAgainAtAStart(String setting, String codec) {
        // Given an offset that was committed
        Map<String, String> settings = settings(setting, Map.of());
        try (Target ottla = Ottla.start(folder, settings)) {
            assertThat(committed(ottla)).containsExactly(codec + ", version 4");
        }
        // When the broker starts again, then it still knows it
        try (Target ottla = Ottla.start(folder, settings)) {
            assertThat(offsetOf(ottla)).isEqualTo(3);
        }
    }

    @Test
    void offsetsAreWrittenForOlderReadersWhereThatIsAskedFor() {
        // Given a broker that is to write them as Kafka did before topic ids
        Map<String, String> older = settings("0", Map.of(VALUE_VERSION, "3"));
        try (Target ottla = Ottla.start(folder, older)) {
            assertThat(committed(ottla)).containsExactly("none, version 3");
        }
        // When it starts again with the newest version, then what is there is read, and what comes is new
        try (Target ottla = Ottla.start(folder, settings("0", Map.of()))) {
            assertThat(offsetOf(ottla)).isEqualTo(3);
        }
    }

    private static Map<String, String> settings(String codec, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(SharedBroker.SETTINGS);
        settings.put("offsets.topic.compression.codec", codec);
        settings.putAll(more);
        return settings;
    }

    /** Commits, and says how each event then stands in the log. */
    private static List<String> committed(Target target) {
        try (Session s = session(target)) {
            String topic = s.createTopic("t");
            String group = GroupScenarios.group(s, "g");
            s.ask(GroupRequests.commit(group, topic, s.topicId(topic), 0, 3), 8);
            Uuid id = s.topicId(OFFSETS);
            var fetch = Requests.fetch(Requests.fetchTopic(OFFSETS, id, Requests.from(0, 0)));
            FetchResponseData fetched = s.peek(fetch, 16).as(FetchResponseData.class);
            MemoryRecords records = (MemoryRecords)
                    fetched.responses().getFirst().partitions().getFirst().records();
            List<String> events = new ArrayList<>();
            for (RecordBatch batch : records.batches()) {
                for (Record event : batch) {
                    events.add(batch.compressionType().name + ", version "
                            + event.value().getShort());
                }
            }
            return events;
        }
    }

    private static long offsetOf(Target target) {
        try (Session s = session(target)) {
            String topic = s.topic("t");
            String group = GroupScenarios.group(s, "g");
            return s.await(
                            GroupRequests.fetch(8, group, topic, s.topicId(topic), 0),
                            8,
                            OffsetFetchResponseData.class,
                            reply -> reply.groups().getFirst().errorCode() == 0)
                    .groups()
                    .getFirst()
                    .topics()
                    .getFirst()
                    .partitions()
                    .getFirst()
                    .committedOffset();
        }
    }

    private static Session session(Target target) {
        return new Session("offsets-topic", target, new Coverage());
    }
}
