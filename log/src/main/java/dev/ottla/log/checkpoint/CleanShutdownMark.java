package dev.ottla.log.checkpoint;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Kafka's .kafka_cleanshutdown (KIP-966): its presence is the mark, its content says which broker epoch closed the folder. */
public final class CleanShutdownMark {
    public static final String FILE = ".kafka_cleanshutdown";

    private static final Pattern EPOCH = Pattern.compile("\"brokerEpoch\"\\s*:\\s*\"?(-?\\d{1,18})");

    private CleanShutdownMark() {}

    public static byte[] encode(long brokerEpoch) {
        return ("{\"version\":0,\"brokerEpoch\":" + brokerEpoch + "}").getBytes(StandardCharsets.UTF_8);
    }

    /** The broker epoch; -1 when it cannot be read. */
    public static long brokerEpoch(byte[] content) {
        Matcher matcher = EPOCH.matcher(new String(content, StandardCharsets.UTF_8));
        return matcher.find() ? Long.parseLong(matcher.group(1)) : -1;
    }
}
