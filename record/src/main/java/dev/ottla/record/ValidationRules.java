package dev.ottla.record;

import org.jspecify.annotations.Nullable;

/**
 * What a topic asks of the batches appended to it.
 *
 * @param targetCodec {@code compression.type}; null for {@code producer}: batches stay as they came
 * @param targetLevel the level of the target codec, as {@link Compression#defaultLevel} and the topic's configs say
 * @param timestampType {@code message.timestamp.type}
 * @param beforeMaxMs {@code message.timestamp.before.max.ms}
 * @param afterMaxMs {@code message.timestamp.after.max.ms}
 * @param maxMessageBytes {@code max.message.bytes}, of the whole batch
 * @param compacted whether {@code cleanup.policy} includes {@code compact}: every record needs a key then
 */
public record ValidationRules(
        @Nullable Codec targetCodec,
        int targetLevel,
        TimestampType timestampType,
        long beforeMaxMs,
        long afterMaxMs,
        int maxMessageBytes,
        boolean compacted) {
    /** Kafka's defaults: the producer's compression and timestamps, one hour of clock skew, 1 MiB and overhead. */
    public static ValidationRules defaults() {
        return new ValidationRules(null, 0, TimestampType.CREATE_TIME, Long.MAX_VALUE, 3_600_000L, 1_048_588, false);
    }
}
