package dev.ottla.broker.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.RandomSource;
import dev.ottla.base.TopicId;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/**
 * A client that applies incremental answers to what it knew must always know what a full answer would have said, whatever was added,
 * forgotten, moved or broken in between; and it is never told what it knew.
 */
class FetchSessionModelPropertyTest {
    private static final int PARTITIONS = 12;
    private static final int STEPS = 200;

    /** What a partition of the broker looks like. */
    private record State(long highWatermark, long logStart, ErrorCode error) {}

    private final FetchSessions sessions = new FetchSessions(10, RandomSource.seeded(1));
    private final State[] broker = new State[PARTITIONS];
    private final Map<Integer, State> client = new HashMap<>();
    private final Set<Integer> wanted = new TreeSet<>();

    @RepeatedTest(20)
    void aClientKnowsWhatAFullAnswerWouldSay(RepetitionInfo repetition) {
        long seed = Wire.SEED + repetition.getCurrentRepetition();
        Random random = new Random(seed);
        for (int i = 0; i < PARTITIONS; i++) {
            broker[i] = new State(0, 0, ErrorCode.NONE);
        }
        // Given a session over some partitions
        wanted.add(0);
        wanted.add(5);
        int id = apply(request(0, FetchRequest.INITIAL_EPOCH, wanted, Set.of()), seed);
        assertThat(id).isNotZero();

        for (int epoch = 1; epoch <= STEPS; epoch++) {
            // When the broker's partitions move and the client changes what it wants
            moveSome(random);
            Set<Integer> added = some(random);
            Set<Integer> forgotten = some(random);
            forgotten.remove(0);
            forgotten.removeAll(added);
            wanted.addAll(added);
            wanted.removeAll(forgotten);
            client.keySet().removeAll(forgotten);

            // Then the answer brings the client up to date
            assertThat(apply(request(id, epoch, added, forgotten), seed)).isEqualTo(id);
            for (int partition : wanted) {
                assertThat(client.get(partition))
                        .as("seed %d, partition %d", seed, partition)
                        .isEqualTo(broker[partition]);
            }
        }
        assertThat(sessions.partitionCount()).isEqualTo(wanted.size());
    }

    private void moveSome(Random random) {
        for (int i = 0; i < PARTITIONS; i++) {
            State now = broker[i];
            switch (random.nextInt(8)) {
                case 0 -> broker[i] = new State(now.highWatermark + 1, now.logStart, ErrorCode.NONE);
                case 1 -> broker[i] = new State(now.highWatermark, now.logStart + 1, ErrorCode.NONE);
                case 2 -> broker[i] = new State(now.highWatermark, now.logStart, ErrorCode.KAFKA_STORAGE_ERROR);
                case 3 -> broker[i] = new State(now.highWatermark, now.logStart, ErrorCode.NONE);
                default -> {}
            }
        }
    }

    private static Set<Integer> some(Random random) {
        Set<Integer> some = new TreeSet<>();
        while (random.nextInt(3) == 0) {
            some.add(random.nextInt(PARTITIONS));
        }
        return some;
    }

    private int apply(FetchRequest request, long seed) {
        FetchContext context = FetchContext.of(request, (short) 12, sessions, 0);
        List<PartitionRead> reads = new ArrayList<>(context.reads(request));
        assertThat(reads.stream().map(PartitionRead::partition))
                .as("seed %d", seed)
                .containsExactlyInAnyOrderElementsOf(wanted);
        for (PartitionRead read : reads) {
            State now = broker[read.partition()];
            if (now.error == ErrorCode.NONE) {
                read.offsets(now.highWatermark, now.highWatermark, now.logStart);
            } else {
                read.failed(now.error);
            }
        }
        FetchContext.Answer answer = context.answer(reads, sessions, 0);
        assertThat(answer.error()).isEqualTo(ErrorCode.NONE);
        for (PartitionRead read : answer.reads()) {
            State told = broker[read.partition()];
            State before = client.put(read.partition(), told);
            if (told.error == ErrorCode.NONE) {
                assertThat(before).as("seed %d: told what it knew", seed).isNotEqualTo(told);
            }
        }
        return answer.sessionId();
    }

    private static FetchRequest request(int sessionId, int epoch, Set<Integer> added, Set<Integer> forgotten) {
        Map<FetchPartition, FetchPartition> asked = new LinkedHashMap<>();
        for (int partition : added) {
            FetchPartition fresh = new FetchPartition("topic", TopicId.ZERO, partition);
            asked.put(fresh, fresh);
        }
        int[] gone = forgotten.stream().mapToInt(Integer::intValue).toArray();
        return new FetchRequest(
                -1,
                500,
                1,
                1000,
                false,
                sessionId,
                epoch,
                asked,
                List.of(new FetchRequest.Forgotten("topic", TopicId.ZERO, IntBuffer.wrap(gone))));
    }
}
