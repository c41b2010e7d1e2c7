package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.TopicPartition;

/** A member of a group in a process of its own, so that it can be stopped for a while and killed. It commits all along what it has read. */
final class MemberProcess implements Sharing, AutoCloseable {
    /** Of the classic clients; a broker must allow it. */
    static final int SESSION_MS = 3_000;

    private static final int END_SECONDS = 30;

    /** As kcat says it, and as the others do. */
    private static final Pattern PARTITION = Pattern.compile("([^\\s,]+) \\[(\\d+)]|(\\S+)-(\\d+)");

    private final Process process;
    private final Client client;
    private final Set<String> values = new ConcurrentSkipListSet<>();
    private volatile Set<TopicPartition> assigned = Set.of();

    private MemberProcess(Process process, Client client) {
        this.process = process;
        this.client = client;
        Thread.ofVirtual().start(this::read);
    }

    /** What kind of client it is. */
    enum Client {
        JAVA_CLASSIC,
        JAVA_CONSUMER,
        KCAT,
        CONFLUENT,
        KAFKAJS;

        private List<String> command(String bootstrap, String group, String topic) {
            return switch (this) {
                case JAVA_CLASSIC -> java(bootstrap, group, topic, "classic");
                case JAVA_CONSUMER -> java(bootstrap, group, topic, "consumer");
                case KCAT -> kcat(bootstrap, group, topic);
                case CONFLUENT ->
                    OtherClients.pythonCommand(
                            "confluent_kafka",
                            "python3-confluent-kafka",
                            "confluent_member.py",
                            bootstrap,
                            group,
                            topic);
                case KAFKAJS -> OtherClients.kafkaJsCommand("member.js", bootstrap, group, topic);
            };
        }

        private static List<String> java(String... arguments) {
            return Command.javaCommand(
                    List.of("-Xmx128m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"),
                    MemberMain.class.getName(),
                    arguments);
        }

        private static List<String> kcat(String bootstrap, String group, String topic) {
            List<String> command =
                    new ArrayList<>(List.of(OtherClients.kcat(), "-u", "-b", bootstrap, "-f", "read %s\n"));
            for (String setting : List.of(
                    "session.timeout.ms=" + SESSION_MS,
                    "heartbeat.interval.ms=300",
                    "auto.offset.reset=earliest",
                    "auto.commit.interval.ms=200",
                    "topic.metadata.refresh.interval.ms=500")) {
                command.addAll(List.of("-X", setting));
            }
            command.addAll(List.of("-G", group, topic));
            return command;
        }
    }

    /** @param topic for clients of librdkafka a pattern if it begins with ^ */
    static MemberProcess start(Client client, Target broker, String group, String topic) {
        try {
            Process process = new ProcessBuilder(client.command(broker.bootstrap(), group, topic))
                    .redirectErrorStream(true)
                    .start();
            return new MemberProcess(process, client);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            out.lines().forEach(this::hear);
        } catch (IOException | UncheckedIOException e) {
            hear(e.toString());
        }
    }

    private void hear(String line) {
        if (line.startsWith("read ")) {
            values.add(line.substring("read ".length()));
        } else if (line.startsWith("assigned ") || line.contains(": assigned: ")) {
            assigned = partitions(line.substring(line.lastIndexOf("assigned") + "assigned".length() + 1));
        } else if (line.contains(": revoked: ")) {
            assigned = Set.of();
        }
    }

    private static Set<TopicPartition> partitions(String text) {
        Set<TopicPartition> found = new HashSet<>();
        Matcher matcher = PARTITION.matcher(text);
        while (matcher.find()) {
            int group = matcher.group(1) == null ? 3 : 1;
            found.add(new TopicPartition(matcher.group(group), Integer.parseInt(matcher.group(group + 1))));
        }
        return found;
    }

    @Override
    public Set<TopicPartition> assigned() {
        return assigned;
    }

    @Override
    public Set<String> values() {
        return values;
    }

    Client client() {
        return client;
    }

    /** SIGSTOP: it does nothing at all until it {@link #goesOn}. */
    void stops() {
        signal("STOP");
    }

    void goesOn() {
        signal("CONT");
    }

    private void signal(String name) {
        Command.run("kill", "-" + name, String.valueOf(process.pid())).ok();
    }

    /** SIGKILL; returns when it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
        assigned = Set.of();
    }

    /** Commits, leaves the group and ends. */
    void leave() throws Exception {
        if (client == Client.KCAT) {
            process.destroy();
        } else {
            process.getOutputStream().close();
        }
        assertThat(process.waitFor(END_SECONDS, TimeUnit.SECONDS)).as("it ends").isTrue();
        assigned = Set.of();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
