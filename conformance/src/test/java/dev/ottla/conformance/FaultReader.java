package dev.ottla.conformance;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Reads back what {@link FaultLoad} wrote. */
final class FaultReader {
    private FaultReader() {}

    /** Reads a partition from its start to its end as they are now; fails unless all that was acknowledged before is there, once. */
    static int check(Target broker, String when, TopicPartition partition, AckedHistory acked) {
        try (KafkaConsumer<String, String> consumer =
                JavaClient.consumer(broker, Map.of("default.api.timeout.ms", 15_000))) {
            AckedHistory before = acked.snapshot();
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long start = consumer.beginningOffsets(List.of(partition)).get(partition);
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            List<AckedHistory.Found> found = JavaClient.poll(consumer, (int) (end - start)).stream()
                    .map(record -> new AckedHistory.Found(
                            record.offset(),
                            record.value().substring(0, record.value().indexOf('|'))))
                    .toList();
            before.check(when, partition, start, found, _ -> "an unknown batch");
            return found.size();
        }
    }
}
