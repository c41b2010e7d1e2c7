package dev.ottla.replication;

import dev.ottla.log.LogConfig;
import dev.ottla.metadata.config.ConfigValues;
import dev.ottla.record.Codec;
import dev.ottla.record.Compression;
import dev.ottla.record.TimestampType;
import dev.ottla.record.ValidationRules;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a topic's settings in force mean for its partitions.
 *
 * @param log what the log obeys
 * @param rules what a produced batch must be
 * @param minInsyncReplicas min.insync.replicas
 */
public record PartitionSettings(LogConfig log, ValidationRules rules, int minInsyncReplicas) {
    private static final List<String> LOG_SETTINGS = List.of(
            "segment.bytes",
            "segment.ms",
            "segment.jitter.ms",
            "segment.index.bytes",
            "index.interval.bytes",
            "retention.ms",
            "retention.bytes",
            "file.delete.delay.ms",
            "flush.messages",
            "flush.ms",
            "min.compaction.lag.ms",
            "max.compaction.lag.ms",
            "delete.retention.ms");

    /** Apache Kafka's defaults. */
    public static PartitionSettings defaults() {
        return new PartitionSettings(LogConfig.defaults(), ValidationRules.defaults(), 1);
    }

    /** From a topic's values in force. */
    public static PartitionSettings of(ConfigValues values) {
        return new PartitionSettings(logOf(values), rulesOf(values), values.intOf("min.insync.replicas"));
    }

    private static LogConfig logOf(ConfigValues values) {
        Map<String, String> texts = new HashMap<>();
        for (String name : LOG_SETTINGS) {
            texts.put(name, String.valueOf(numberOf(values, name)));
        }
        texts.put(LogConfig.JOURNAL_ENABLE, String.valueOf(values.booleanOf(LogConfig.JOURNAL_ENABLE)));
        texts.put("min.cleanable.dirty.ratio", String.valueOf(values.doubleOf("min.cleanable.dirty.ratio")));
        texts.put("cleanup.policy", String.join(",", values.listOf("cleanup.policy")));
        return LogConfig.of(texts);
    }

    private static long numberOf(ConfigValues values, String name) {
        return switch (name) {
            case "segment.bytes", "segment.index.bytes", "index.interval.bytes" -> values.intOf(name);
            default -> values.longOf(name);
        };
    }

    private static ValidationRules rulesOf(ConfigValues values) {
        Codec target = codecOf(values.stringOf("compression.type"));
        return new ValidationRules(
                target,
                target == null ? 0 : levelOf(target, values),
                values.stringOf("message.timestamp.type").equals("LogAppendTime")
                        ? TimestampType.LOG_APPEND_TIME
                        : TimestampType.CREATE_TIME,
                values.longOf("message.timestamp.before.max.ms"),
                values.longOf("message.timestamp.after.max.ms"),
                values.intOf("max.message.bytes"),
                values.listOf("cleanup.policy").contains("compact"));
    }

    private static @Nullable Codec codecOf(String compressionType) {
        return switch (compressionType) {
            case "uncompressed" -> Codec.NONE;
            case "gzip" -> Codec.GZIP;
            case "snappy" -> Codec.SNAPPY;
            case "lz4" -> Codec.LZ4;
            case "zstd" -> Codec.ZSTD;
            default -> null;
        };
    }

    private static int levelOf(Codec codec, ConfigValues values) {
        return switch (codec) {
            case NONE, SNAPPY -> Compression.defaultLevel(codec);
            case GZIP -> values.intOf("compression.gzip.level");
            case LZ4 -> values.intOf("compression.lz4.level");
            case ZSTD -> values.intOf("compression.zstd.level");
        };
    }
}
