package dev.ottla.broker.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.TopicId;
import dev.ottla.broker.wire.ApiKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FetchHandlerTest {
    @TempDir
    private Path folder;

    private final Queue<Runnable> work = new ArrayDeque<>();
    private DataRoom room;
    private Uuid id;

    static List<Short> versions() {
        return FetchCodecTest.versions();
    }

    @BeforeEach
    void start() throws IOException {
        room = new DataRoom(folder, work::add);
        id = Wire.uuid(room.createTopic("t", 2));
    }

    @AfterEach
    void stop() {
        room.close();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void givesBackWhatWasProduced(short version) {
        // Given two batches
        produce(0, "a", "b");
        produce(0, "c");

        // When they are fetched from inside the first
        PartitionData partition = Batches.only(fetch(Batches.topic("t", id, 1), version));

        // Then both come whole, with the partition's offsets
        assertThat(partition.errorCode()).isZero();
        assertThat(partition.highWatermark()).isEqualTo(3);
        assertThat(partition.lastStableOffset()).isEqualTo(3);
        assertThat(Batches.sizeOf(partition))
                .isEqualTo(Batches.of("a", "b").remaining() + Batches.of("c").remaining());
    }

    @Test
    void waitsForMinBytesOverAllPartitions() {
        // Given a fetch that wants more than one batch, from two empty partitions
        int size = Batches.of("a").remaining();
        FetchRequestData request = Batches.fetch(Batches.topic("t", id, 0, 0))
                .setMinBytes(size + 1)
                .setMaxWaitMs(60_000);
        TestExchange waiting = room.send(request, (short) 12);

        // Then it waits, holding neither the frame nor the requests behind it
        assertThat(waiting.isEnded()).isFalse();
        assertThat(waiting.isFrameReleased()).isTrue();
        assertThat(waiting.areEffectsDone()).isTrue();

        // When one batch comes, then that is not enough
        produce(0, "a");
        room.loop().run();
        assertThat(waiting.isEnded()).isFalse();

        // And when one comes to the other partition, both are answered
        produce(1, "b");
        room.loop().run();
        FetchResponseData response = DataRoom.read(waiting, ApiKeys.FETCH, 12, new FetchResponseData());
        assertThat(response.responses().getFirst().partitions())
                .extracting(Batches::sizeOf)
                .containsExactly(size, size);
        assertThat(room.loop().armedTimers()).isZero();
    }

    @Test
    void answersWithWhatThereIsWhenTimeIsUp() {
        // Given a fetch that wants more than there is
        produce(0, "a");
        FetchRequestData request =
                Batches.fetch(Batches.topic("t", id, 0)).setMinBytes(5000).setMaxWaitMs(25_000);
        TestExchange waiting = room.send(request, (short) 12);

        // When less than its time passes, then it waits on
        room.loop().advance(24_999);
        assertThat(waiting.isEnded()).isFalse();

        // And when all of it has, then it gets what there is
        room.loop().advance(1);
        FetchResponseData response = DataRoom.read(waiting, ApiKeys.FETCH, 12, new FetchResponseData());
        assertThat(Batches.sizeOf(Batches.only(response)))
                .isEqualTo(Batches.of("a").remaining());
    }

    @Test
    void neverWaitsForMoreThanItMayGet() {
        // Given a fetch whose min bytes are above its max bytes
        produce(0, "a");
        FetchRequestData request = Batches.fetch(Batches.topic("t", id, 0))
                .setMinBytes(1 << 20)
                .setMaxBytes(10)
                .setMaxWaitMs(60_000);

        // When it is sent, then the first batch is there at once, whatever the limits
        TestExchange exchange = room.send(request, (short) 12);
        assertThat(exchange.isEnded()).isTrue();
    }

    @Test
    void isWokenWhenItsTopicGoes() {
        // Given a fetch that waits
        TestExchange waiting =
                room.send(Batches.fetch(Batches.topic("t", id, 0)).setMaxWaitMs(60_000), (short) 13);
        assertThat(waiting.isEnded()).isFalse();

        // When the topic is deleted
        room.deleteTopic(Wire.id(id));
        room.loop().run();

        // Then the fetcher hears of it now
        FetchResponseData response = DataRoom.read(waiting, ApiKeys.FETCH, 13, new FetchResponseData());
        assertThat(Batches.only(response).errorCode()).isEqualTo(Errors.UNKNOWN_TOPIC_ID.code());
    }

    @Test
    void leavesNothingBehindWhenTheFetcherGoesAway() {
        // Given a fetch that would wait for an hour
        FetchRequestData request = Batches.fetch(Batches.topic("t", id, 0)).setMaxWaitMs(3_600_000);
        TestExchange waiting = room.send(request, (short) 12);

        // When its client goes
        waiting.hangUp();
        room.loop().advance(10_000);

        // Then it is over long before
        assertThat(waiting.isEnded()).isTrue();
        assertThat(room.loop().armedTimers()).isZero();
    }

    @Test
    void givesTheFirstBatchWhateverTheLimitsAndNoMoreThanTheBrokersOwn() {
        // Given more than the broker gives at once
        String large = "x".repeat(DataRoom.FETCH_MAX_BYTES / 2);
        for (int i = 0; i < 4; i++) {
            produce(0, large);
        }
        produce(1, large);
        int size = Batches.of(large).remaining();

        // When all is asked for, then the broker's limit holds over both partitions
        FetchResponseData all = fetch(Batches.topic("t", id, 0, 0), (short) 12);
        assertThat(all.responses().getFirst().partitions())
                .extracting(Batches::sizeOf)
                .containsExactly(size, 0);

        // And when one byte is, then the first batch comes all the same
        FetchRequestData one = Batches.fetch(Batches.topic("t", id, 0, 0)).setMaxBytes(1);
        FetchResponseData first = room.ask(one, 12, new FetchResponseData());
        assertThat(first.responses().getFirst().partitions())
                .extracting(Batches::sizeOf)
                .containsExactly(size, 0);
    }

    @Test
    void fencesAskersWithAnotherEpoch() {
        // Given a partition whose leader epoch has gone up to 1
        produce(0, "a");
        room.bumpLeaderEpochs();

        // When fetchers ask with the epochs they know, then each gets Kafka's answer
        assertThat(errorWithEpoch(0)).isEqualTo(Errors.FENCED_LEADER_EPOCH);
        assertThat(errorWithEpoch(1)).isEqualTo(Errors.NONE);
        assertThat(errorWithEpoch(2)).isEqualTo(Errors.UNKNOWN_LEADER_EPOCH);

        // And the one that is behind is told the leader
        FetchResponseData response = fetch(withEpoch(0), (short) 16);
        assertThat(Batches.only(response).currentLeader().leaderId()).isEqualTo(DataRoom.NODE_ID);
        assertThat(Batches.only(response).currentLeader().leaderEpoch()).isEqualTo(1);
        assertThat(response.nodeEndpoints().iterator().next().host()).isEqualTo("localhost");
    }

    @Test
    void tellsAFetcherWhereItsLogPartsFromThisOne() {
        // Given one record of epoch 0 and then epoch 1
        produce(0, "a");
        room.bumpLeaderEpochs();
        produce(0, "b");

        // When a fetcher says that it has three records of epoch 0
        var topic = Batches.topic("t", id, 3);
        topic.partitions().getFirst().setLastFetchedEpoch(0);
        PartitionData answer = Batches.only(fetch(topic, (short) 12));

        // Then it is told that epoch 0 ended at 1, and given no records
        assertThat(answer.divergingEpoch().epoch()).isZero();
        assertThat(answer.divergingEpoch().endOffset()).isEqualTo(1);
        assertThat(Batches.sizeOf(answer)).isZero();
    }

    @Test
    void answersErrorsWithEmptyRecords() {
        // Given fetches that cannot be served
        var beyond = Batches.topic("t", id, 7);
        var unknown = Batches.topic("none", new Uuid(1, 1), 0);

        // When they are sent, then each error stands with an empty record set
        for (short version : new short[] {4, 12, 13, 18}) {
            FetchResponseData response = fetch(version, beyond, unknown);
            PartitionData outOfRange =
                    response.responses().getFirst().partitions().getFirst();
            PartitionData notThere = response.responses().get(1).partitions().getFirst();
            assertThat(Errors.forCode(outOfRange.errorCode())).isEqualTo(Errors.OFFSET_OUT_OF_RANGE);
            assertThat(Errors.forCode(notThere.errorCode()))
                    .isEqualTo(version >= 13 ? Errors.UNKNOWN_TOPIC_ID : Errors.UNKNOWN_TOPIC_OR_PARTITION);
            assertThat(Batches.sizeOf(outOfRange)).isZero();
            assertThat(Batches.sizeOf(notThere)).isZero();
        }
    }

    @Test
    void refusesFetchersThatSayTheyAreReplicas() {
        FetchRequestData byName = Batches.fetch(Batches.topic("t", id, 0)).setReplicaId(3);
        assertThat(Errors.forCode(Batches.only(room.ask(byName, 12, new FetchResponseData()))
                        .errorCode()))
                .isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER);
    }

    @Test
    void servesOldFetchersOfAZstdTopicAsKafka4Does() {
        // Given a topic that stores zstd
        TopicId zstd = room.createTopic("zstd", 1, Map.of("compression.type", "zstd"));
        var topic = Batches.topic("zstd", Wire.uuid(zstd), 0);

        // When it is fetched before and with the version that knows zstd
        // Then both get the records: Kafka 4 no longer withholds them from the older one
        assertThat(Batches.only(fetch(topic, (short) 9)).errorCode()).isZero();
        assertThat(Batches.only(fetch(topic, (short) 10)).errorCode()).isZero();
    }

    @Test
    void keepsASessionOverFrames() {
        // Given a session over two partitions
        FetchRequestData full =
                Batches.fetch(Batches.topic("t", id, 0, 0)).setMaxWaitMs(0).setSessionEpoch(0);
        FetchResponseData first = room.ask(full, 12, new FetchResponseData());
        assertThat(first.sessionId()).isNotZero();
        assertThat(first.responses().getFirst().partitions()).hasSize(2);

        // When only one of them moves
        produce(1, "a");
        FetchRequestData next = Batches.fetch().setSessionId(first.sessionId()).setSessionEpoch(1);
        FetchResponseData second = room.ask(next, 12, new FetchResponseData());

        // Then the next request, which names none, is answered with that one
        assertThat(second.sessionId()).isEqualTo(first.sessionId());
        assertThat(second.responses().getFirst().partitions())
                .extracting(PartitionData::partitionIndex)
                .containsExactly(1);
    }

    private Errors errorWithEpoch(int epoch) {
        return Errors.forCode(Batches.only(fetch(withEpoch(epoch), (short) 12)).errorCode());
    }

    private FetchRequestData.FetchTopic withEpoch(int epoch) {
        var topic = Batches.topic("t", id, 0);
        topic.partitions().getFirst().setCurrentLeaderEpoch(epoch);
        return topic;
    }

    private FetchResponseData fetch(FetchRequestData.FetchTopic topic, short version) {
        return fetch(version, topic);
    }

    private FetchResponseData fetch(short version, FetchRequestData.FetchTopic... topics) {
        TestExchange exchange = room.send(Batches.fetch(topics), version);
        // What is cold is read by the workers first
        for (Runnable task = work.poll(); task != null; task = work.poll()) {
            task.run();
            room.loop().run();
        }
        return DataRoom.read(exchange, ApiKeys.FETCH, version, new FetchResponseData());
    }

    private void produce(int partition, String... values) {
        ProduceResponseData response =
                room.ask(Batches.produce(-1, "t", id, partition, Batches.of(values)), 9, new ProduceResponseData());
        assertThat(response.responses()
                        .iterator()
                        .next()
                        .partitionResponses()
                        .getFirst()
                        .errorCode())
                .isZero();
    }
}
