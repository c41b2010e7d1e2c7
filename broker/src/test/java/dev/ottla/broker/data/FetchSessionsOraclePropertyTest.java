package dev.ottla.broker.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.RandomSource;
import dev.ottla.base.TopicId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.requests.FetchMetadata;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.server.FetchManager;
import org.apache.kafka.server.FetchSession.FetchSessionCache;
import org.apache.kafka.server.FetchSessionCacheShard;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/**
 * Fetchers come, fetch, pause and go, more than there are slots, ours and Apache Kafka's sessions side by side: whoever gets a session, loses
 * it or is refused here does so there.
 */
class FetchSessionsOraclePropertyTest {
    private static final short VERSION = 12;
    private static final int SLOTS = 6;
    private static final int FETCHERS = 14;
    private static final int STEPS = 400;

    /** What a fetcher was told by each; its size is its own, as Kafka decides between equals by ids that it draws. */
    private static final class Fetcher {
        final int replicaId;
        final int size;
        int ourId;
        int kafkasId;
        int nextEpoch;

        Fetcher(int number, boolean follower) {
            replicaId = follower ? number : -1;
            size = number + 1;
        }
    }

    private final StoppedTime time = new StoppedTime();
    private final FetchSessions ours = new FetchSessions(SLOTS, RandomSource.seeded(Wire.SEED));
    private final FetchManager kafkas = new FetchManager(
            time,
            new FetchSessionCache(
                    List.of(new FetchSessionCacheShard(SLOTS, FetchSessions.EVICTION_MS, Integer.MAX_VALUE, 0))));

    @RepeatedTest(20)
    void whoGetsASessionIsAsInKafka(RepetitionInfo repetition) {
        long seed = Wire.SEED + repetition.getCurrentRepetition();
        Random random = new Random(seed);
        List<Fetcher> fetchers = new ArrayList<>();
        for (int i = 0; i < FETCHERS; i++) {
            fetchers.add(new Fetcher(i, random.nextInt(3) == 0));
        }
        int[] outcomes = new int[3];
        for (int step = 0; step < STEPS; step++) {
            // When some time has passed, mostly little, and one of them fetches: all anew, in turn, or out of turn
            time.nowMs += 1 + random.nextInt(random.nextInt(20) == 0 ? 300_000 : 15_000);
            Fetcher fetcher = fetchers.get(random.nextInt(FETCHERS));
            boolean anew = fetcher.ourId == 0 || random.nextInt(25) == 0;
            boolean leaves = random.nextInt(25) == 0;
            int wrong = random.nextInt(25) == 0 ? 1 : 0;
            int epoch = leaves ? FetchRequest.FINAL_EPOCH : anew ? 0 : fetcher.nextEpoch + wrong;

            FetchContext.Answer our = ask(fetcher, epoch);
            FetchResponse kafka = askKafka(fetcher, epoch);

            // Then both give it a session, or both the same error
            assertThat(our.error().wireCode())
                    .as("seed %d, step %d: error", seed, step)
                    .isEqualTo(kafka.error().code());
            assertThat(our.sessionId() != 0)
                    .as("seed %d, step %d: has a session", seed, step)
                    .isEqualTo(kafka.sessionId() != 0);
            fetcher.ourId = our.sessionId();
            fetcher.kafkasId = kafka.sessionId();
            fetcher.nextEpoch = epoch <= 0 ? 1 : fetcher.nextEpoch + 1;
            outcomes[our.error() != ErrorCode.NONE ? 2 : our.sessionId() != 0 ? 0 : 1]++;
        }
        // And all of it happened
        assertThat(outcomes).as("with, without a session, refused").doesNotContain(0);
        assertThat(ours.evictions()).isPositive();
    }

    private FetchContext.Answer ask(Fetcher fetcher, int epoch) {
        Map<FetchPartition, FetchPartition> asked = new LinkedHashMap<>();
        if (epoch <= 0) {
            for (int i = 0; i < fetcher.size; i++) {
                FetchPartition partition = new FetchPartition("topic", TopicId.ZERO, i).ask(0, -1, -1, 100);
                asked.put(partition, partition);
            }
        }
        FetchRequest request =
                new FetchRequest(fetcher.replicaId, 0, 0, 1000, false, fetcher.ourId, epoch, asked, List.of());
        FetchContext context = FetchContext.of(request, VERSION, ours, time.nowMs);
        List<PartitionRead> reads = new ArrayList<>(context.reads(request));
        reads.forEach(read -> read.offsets(5, 5, 0));
        return context.answer(reads, ours, time.nowMs);
    }

    private FetchResponse askKafka(Fetcher fetcher, int epoch) {
        Map<TopicIdPartition, org.apache.kafka.common.requests.FetchRequest.PartitionData> asked =
                new LinkedHashMap<>();
        if (epoch <= 0) {
            for (int i = 0; i < fetcher.size; i++) {
                asked.put(
                        new TopicIdPartition(Uuid.ZERO_UUID, new TopicPartition("topic", i)),
                        new org.apache.kafka.common.requests.FetchRequest.PartitionData(
                                Uuid.ZERO_UUID, 0, 0, 100, Optional.empty()));
            }
        }
        var context = kafkas.newContext(
                VERSION,
                new FetchMetadata(fetcher.kafkasId, epoch),
                fetcher.replicaId >= 0,
                asked,
                List.of(),
                Map.of());
        var found = new LinkedHashMap<TopicIdPartition, FetchResponseData.PartitionData>();
        context.foreachPartition((where, _) -> found.put(
                where,
                new FetchResponseData.PartitionData()
                        .setPartitionIndex(where.partition())
                        .setHighWatermark(5)
                        .setLastStableOffset(5)
                        .setLogStartOffset(0)));
        return context.updateAndGenerateResponseData(found, List.of());
    }

    /** A clock that the test moves. */
    private static final class StoppedTime implements Time {
        private long nowMs = 1_000_000;

        @Override
        public long milliseconds() {
            return nowMs;
        }

        @Override
        public long nanoseconds() {
            return nowMs * 1_000_000;
        }

        @Override
        public void sleep(long ms) {
            throw new AssertionError("Kafka's code waits, where this test has no time that passes");
        }

        @Override
        public void waitObject(Object object, Supplier<Boolean> condition, long deadlineMs) {
            throw new AssertionError("Kafka's code waits, where this test has no time that passes");
        }
    }
}
