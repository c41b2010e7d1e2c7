package dev.ottla.cli.records;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Where the records of one command go.
 *
 * @param partitions how many the topic has
 * @param partition for all records, null when each decides
 * @param headers of every record, before its own
 */
record Target(String topic, int partitions, @Nullable Integer partition, List<Header> headers) {
    Target {
        if (partition != null) {
            Partitions.check(partition, topic, partitions);
        }
    }

    /** A record of which the input says only key and value. */
    ProducerRecord<byte[], byte[]> record(byte @Nullable [] key, byte @Nullable [] value) {
        return record(null, null, key, value, List.of());
    }

    /**
     * @param ownPartition where the input wants it, null when the key decides
     * @param timestampMs null for now
     */
    ProducerRecord<byte[], byte[]> record(
            @Nullable Integer ownPartition,
            @Nullable Long timestampMs,
            byte @Nullable [] key,
            byte @Nullable [] value,
            List<Header> ownHeaders) {
        Integer chosen = partition == null ? ownPartition : partition;
        if (chosen != null) {
            Partitions.check(chosen, topic, partitions);
        }
        var all = new ArrayList<>(headers);
        all.addAll(ownHeaders);
        return new ProducerRecord<>(topic, chosen, timestampMs, key, value, all);
    }
}
