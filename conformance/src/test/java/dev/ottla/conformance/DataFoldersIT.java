package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Brokers with two data folders: Apache Kafka and Ottla say the same, and Kafka's tools move partitions. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DataFoldersIT {
    private static final Path TRANSCRIPTS = Path.of("target", "transcripts");

    @TempDir
    private static Path folder;

    private static Target kafka;
    private static Target ottla;

    @BeforeAll
    static void start() throws IOException {
        Files.createDirectories(TRANSCRIPTS);
        kafka = ApacheKafka.start(folder.resolve("kafka"), settings(folder.resolve("kafka")));
        ottla = Ottla.start(folder.resolve("ottla"), settings(folder.resolve("ottla")));
    }

    private static Map<String, String> settings(Path home) {
        Map<String, String> settings = new HashMap<>(SharedBroker.SETTINGS);
        settings.put("log.dirs", home.resolve("data") + "," + home.resolve("data2"));
        return settings;
    }

    @AfterAll
    static void stop() {
        ottla.close();
        kafka.close();
    }

    @Test
    @Order(1)
    void kafkasToolsMoveAPartition() throws Exception {
        String topic = "tools-folders";
        JavaClient.createTopic(ottla, topic, 1);
        Path target = Files.exists(ottla.dataFolder().resolve(topic + "-0"))
                ? FolderScenarios.second(ottla)
                : ottla.dataFolder();
        Path plan = Files.writeString(folder.resolve("plan.json"), """
                {"version":1,"partitions":[{"topic":"%s","partition":0,"replicas":[1],"log_dirs":["%s"]}]}
                """.formatted(topic, target));
        reassign(plan, "--execute").ok();
        String verified;
        do {
            verified = reassign(plan, "--verify").ok();
        } while (verified.contains("is still in progress"));
        assertThat(verified).contains("successfully");
        assertThat(target.resolve(topic + "-0")).exists();
        assertThat(Command.java(
                                "",
                                "org.apache.kafka.tools.LogDirsCommand",
                                "--bootstrap-server",
                                ottla.bootstrap(),
                                "--describe",
                                "--topic-list",
                                topic)
                        .ok())
                .contains("\"logDir\":\"" + target + "\"", "\"partition\":\"" + topic + "-0\"");
    }

    private static Command.Output reassign(Path plan, String action) {
        return Command.java(
                "",
                "org.apache.kafka.tools.reassign.ReassignPartitionsCommand",
                "--bootstrap-server",
                ottla.bootstrap(),
                "--reassignment-json-file",
                plan.toString(),
                action);
    }

    /** The last scenario breaks a folder. */
    @TestFactory
    @Order(2)
    List<DynamicTest> scenarios() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Scenario scenario : FolderScenarios.ofTwoFolders()) {
            tests.add(DynamicTest.dynamicTest(
                    scenario.name(),
                    () -> assertThat(String.join("\n", transcript(scenario, ottla)))
                            .isEqualTo(String.join("\n", transcript(scenario, kafka)))));
        }
        return tests;
    }

    private static List<String> transcript(Scenario scenario, Target target) throws Exception {
        Path file = TRANSCRIPTS.resolve(scenario.name() + "." + target.name().replace(' ', '-') + ".txt");
        try (Session session = new Session(scenario.name(), target, new Coverage())) {
            try {
                scenario.body().run(session);
            } finally {
                Files.write(file, session.transcript());
            }
            return session.transcript();
        }
    }
}
