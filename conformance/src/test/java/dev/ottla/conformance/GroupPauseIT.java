package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members that stand still for longer than their session, as under a debugger or in a long collection, and then go on as if nothing were. */
class GroupPauseIT {
    private static final int PARTITIONS = 4;

    private static Target broker;

    @BeforeAll
    static void start(@TempDir Path folder) {
        broker = SharedBroker.start(folder, SharedBroker.QUICK);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void aMemberThatStandsStillLosesItsPartitionsAndNothingElse() {
        Together.run(List.of(MemberProcess.Client.values()), GroupPauseIT::standsStill);
    }

    private static void standsStill(MemberProcess.Client client) throws Exception {
        // Given two members that share a topic
        String name = "paused-" + client;
        JavaClient.createTopic(broker, name, PARTITIONS);
        try (MemberProcess other = MemberProcess.start(client, broker, name, name);
                MemberProcess stopped = MemberProcess.start(client, broker, name, name);
                Admin admin = JavaClient.admin(broker)) {
            Committed committed = new Committed(admin, name);
            Sharing.awaitShares(List.of(other, stopped), PARTITIONS);
            RunningConsumer.produce(broker, name, PARTITIONS, 0, 100);
            Sharing.awaitAll(List.of(other, stopped), 100);
            // When one of them is stopped
            stopped.stops();
            // Then the other has all and reads all
            Sharing.awaitShares(List.of(other), PARTITIONS);
            RunningConsumer.produce(broker, name, PARTITIONS, 100, 200);
            Sharing.awaitAll(List.of(other, stopped), 200);
            committed.awaitSum(200);
            // When it goes on, then what it still commits counts for nothing, and they share again
            stopped.goesOn();
            await().atMost(30, TimeUnit.SECONDS).until(() -> {
                committed.look();
                return Sharing.isShared(List.of(other, stopped), PARTITIONS);
            });
            RunningConsumer.produce(broker, name, PARTITIONS, 200, 300);
            Sharing.awaitAll(List.of(other, stopped), 300);
            committed.awaitSum(300);
            assertThat(stopped.values()).as("read by the one that came back").hasSizeGreaterThanOrEqualTo(50);
        }
    }

    /** What a group has committed, which never goes back. */
    private static final class Committed {
        private final Admin admin;
        private final String group;
        private final Map<TopicPartition, Long> last = new HashMap<>();

        Committed(Admin admin, String group) {
            this.admin = admin;
            this.group = group;
        }

        /** Of all partitions together. */
        long look() throws Exception {
            var offsets = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get();
            offsets.forEach((partition, offset) -> {
                Long before = last.put(partition, offset.offset());
                assertThat(offset.offset()).as("%s", partition).isGreaterThanOrEqualTo(before == null ? 0 : before);
            });
            return last.values().stream().mapToLong(Long::longValue).sum();
        }

        void awaitSum(long all) {
            await().atMost(30, TimeUnit.SECONDS).until(() -> look() == all);
        }
    }
}
