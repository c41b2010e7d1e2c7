package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * One of a broker's two disks dies under load: from one moment on every write, read and force fails with EIO. Needs root and loop devices; where
 * it cannot run it fails and says why.
 */
class DeadDiskRun {
    private static final int DISK_MIB = 1024;
    private static final int PARTITIONS = 4;
    private static final String TOPIC = "load";
    private static final String LOG = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn";
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final List<TopicPartition> ALL = JavaClient.partitions(TOPIC, PARTITIONS);

    private final AckedHistory acked = new AckedHistory();

    @BeforeAll
    static void needsADiskOfItsOwn() {
        LoopDisk.cleanUpAfterDeadRuns();
        assertThat(LoopDisk.whyNot())
                .as("a dying disk cannot be tried on this machine")
                .isEmpty();
    }

    @Test
    void theOtherDiskServesOnAndNothingAcknowledgedIsLost() throws Exception {
        try (LoopDisk good = LoopDisk.create(DISK_MIB);
                LoopDisk bad = LoopDisk.create(DISK_MIB)) {
            Path errors = good.outside().resolve("broker.err");
            Path data = good.root().resolve("broker");
            Path second = bad.root().resolve("data2");
            // The metadata lies in the first.
            Map<String, String> settings = new HashMap<>(Map.of("log.dirs", data.resolve("data") + "," + second));
            try (BrokerProcess broker = BrokerProcess.start(data, errors, settings, LOG)) {
                // Given a broker under load on two disks, when one of them dies
                createTopic(broker);
                List<TopicPartition> dying = ALL.stream()
                        .filter(partition -> Files.exists(second.resolve(partition.toString())))
                        .toList();
                List<TopicPartition> living =
                        ALL.stream().filter(p -> !dying.contains(p)).toList();
                assertThat(dying).isNotEmpty();
                assertThat(living).isNotEmpty();
                try (FaultLoad there = new FaultLoad(broker, "dying", dying, acked);
                        FaultLoad here = new FaultLoad(broker, "living", living, acked)) {
                    await().atMost(LONG)
                            .until(() ->
                                    ALL.stream().allMatch(p -> there.acknowledged(p) + here.acknowledged(p) > 200));
                    bad.cutPower();
                    // Then its partitions answer with Kafka's storage error, and those of the other go on
                    for (TopicPartition partition : dying) {
                        await().atMost(LONG).until(() -> there.refused(partition) > 2);
                        assertThat(produce(broker, partition)).isEqualTo(Errors.KAFKA_STORAGE_ERROR);
                    }
                    List<Long> before = living.stream().map(here::acknowledged).toList();
                    List<Long> ended = dying.stream().map(there::acknowledged).toList();
                    for (int i = 0; i < living.size(); i++) {
                        TopicPartition partition = living.get(i);
                        long had = before.get(i);
                        await().atMost(LONG).until(() -> here.acknowledged(partition) > had + 200);
                        FaultReader.check(broker, "beside the dead disk", partition, acked);
                        assertThat(here.refused(partition))
                                .as("refused by " + partition)
                                .isZero();
                    }
                    assertThat(dying.stream().map(there::acknowledged).toList())
                            .as("acknowledged by the dead disk")
                            .isEqualTo(ended);
                    there.stop();
                    here.stop();
                    there.check();
                    here.check();
                }
                assertThat(broker.isAlive()).as("the broker lives").isTrue();
                broker.stop();
            }
            // Then all that was acknowledged is there once the disk is back
            bad.remount();
            try (BrokerProcess broker = BrokerProcess.start(data, errors, settings, LOG)) {
                for (TopicPartition partition : ALL) {
                    int found = FaultReader.check(broker, "with the disk back", partition, acked);
                    assertThat(found).as("records of " + partition).isGreaterThan(200);
                }
                System.out.println("dead disk: " + acked.size() + " records acknowledged, none lost");
            }
        }
    }

    /** The answer to one record; Kafka's producer would ask again until its time is over. */
    private static Errors produce(Target broker, TopicPartition to) throws IOException {
        try (RawClient client = new RawClient(broker)) {
            ProduceResponseData answer = (ProduceResponseData) client.ask(
                            Requests.produce(to.topic(), to.partition(), Batches.of("one more")),
                            Requests.PRODUCE_BY_NAME)
                    .orElseThrow();
            return Errors.forCode(answer.responses()
                    .iterator()
                    .next()
                    .partitionResponses()
                    .get(0)
                    .errorCode());
        }
    }

    private static void createTopic(Target broker) throws Exception {
        try (Admin admin = JavaClient.admin(broker)) {
            admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
    }
}
