package dev.ottla.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.internal.FileLogInputStream.FileChannelRecordBatch;
import org.apache.kafka.common.record.internal.FileRecords;

/** The segments of a partition as Apache Kafka's own classes read them, for what a consumer cannot see. */
final class BatchesOnDisk {
    private BatchesOnDisk() {}

    /** The header of the batch that holds an offset. */
    static String at(Path dataFolder, TopicPartition partition, long offset) {
        try (var files = Files.list(dataFolder.resolve(partition.toString()))) {
            List<Path> segments = files.filter(file -> file.toString().endsWith(".log"))
                    .sorted()
                    .toList();
            for (Path segment : segments) {
                try (FileRecords records = FileRecords.open(segment.toFile(), false)) {
                    for (FileChannelRecordBatch batch : records.batches()) {
                        if (batch.baseOffset() <= offset && offset <= batch.lastOffset()) {
                            return "%s: %s".formatted(segment.getFileName(), header(batch));
                        }
                    }
                }
            }
            return "no batch of " + segments;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String header(FileChannelRecordBatch batch) {
        return "batch %d..%d producer %d epoch %d sequence %d..%d, leader epoch %d"
                .formatted(
                        batch.baseOffset(),
                        batch.lastOffset(),
                        batch.producerId(),
                        batch.producerEpoch(),
                        batch.baseSequence(),
                        batch.lastSequence(),
                        batch.partitionLeaderEpoch());
    }
}
