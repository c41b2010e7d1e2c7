package dev.ottla.broker.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.RandomSource;
import dev.ottla.base.TopicId;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FetchSessionsTest {
    private static final short BY_NAME = 12;
    private static final short BY_ID = 13;
    private static final long NOW = 1_000_000;
    private static final long OLD = FetchSessions.EVICTION_MS + 1;

    private final FetchSessions sessions = new FetchSessions(2, RandomSource.seeded(Wire.SEED));

    @Test
    void makesASessionThatAnswersWithWhatIsNew() {
        // Given a session over three partitions
        int id = newSession(partition("a", 0), partition("a", 1), partition("b", 0));

        // When the next request brings no change and only a/1 has moved
        FetchContext.Answer answer = fetch(incremental(id, 1), read -> {
            long high = read.topic().equals("a") && read.partition() == 1 ? 7 : 5;
            read.offsets(high, high, 0);
        });

        // Then only a/1 is answered
        assertThat(answer.error()).isEqualTo(ErrorCode.NONE);
        assertThat(answer.sessionId()).isEqualTo(id);
        assertThat(names(answer)).containsExactly("a-1");
    }

    @Test
    void tellsOfEverythingThatIsNews() {
        // Given a session whose partitions each have another kind of news
        int id = newSession(
                partition("high", 0),
                partition("start", 0),
                partition("records", 0),
                partition("error", 0),
                partition("diverging", 0),
                partition("nothing", 0));

        // When it is fetched
        FetchContext.Answer answer = fetch(incremental(id, 1), read -> {
            read.offsets(5, 5, 0);
            switch (read.topic()) {
                case "high" -> read.offsets(6, 6, 0);
                case "start" -> read.offsets(5, 5, 1);
                case "records" -> read.found(new Wire.MemorySlice(new byte[10]));
                case "error" -> read.failed(ErrorCode.OFFSET_OUT_OF_RANGE);
                case "diverging" -> read.divergesAt(3, 4);
                default -> {}
            }
        });

        // Then all but the unchanged one are told
        assertThat(names(answer)).containsExactly("high-0", "start-0", "records-0", "error-0", "diverging-0");
        answer.reads().forEach(PartitionRead::clear);
    }

    @Test
    void tellsAgainOnceAnErrorIsOver() {
        // Given a session that told of an error
        int id = newSession(partition("a", 0));
        fetch(incremental(id, 1), read -> read.failed(ErrorCode.KAFKA_STORAGE_ERROR));

        // When the partition is as it was before the error
        FetchContext.Answer answer = fetch(incremental(id, 2), read -> read.offsets(5, 5, 0));

        // Then that is told, though nothing moved
        assertThat(names(answer)).containsExactly("a-0");
    }

    @Test
    void letsNobodyStarve() {
        // Given a session over three partitions, all with records
        int id = newSession(partition("a", 0), partition("b", 0), partition("c", 0));

        // When only the first one's records fit
        FetchContext.Answer answer = fetch(incremental(id, 1), read -> {
            read.offsets(5, 5, 0);
            if (read.topic().equals("a")) {
                read.found(new Wire.MemorySlice(new byte[10]));
            }
        });
        answer.reads().forEach(PartitionRead::clear);

        // Then the next round begins with the others
        assertThat(session(id).order()).containsExactly(key("b", 0), key("c", 0), key("a", 0));
    }

    @Test
    void refusesRequestsOutOfTurn() {
        // Given a session that expects its first request
        int id = newSession(partition("a", 0));

        // When epochs, ids and kinds of names are wrong, then each has its error and no session id
        assertRefused(incremental(id, 2), BY_NAME, ErrorCode.INVALID_FETCH_SESSION_EPOCH);
        assertRefused(incremental(id + 1, 1), BY_NAME, ErrorCode.FETCH_SESSION_ID_NOT_FOUND);
        assertRefused(incremental(id, 1), BY_ID, ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR);

        // And the right one still works, once
        assertThat(context(incremental(id, 1), BY_NAME)).isInstanceOf(FetchContext.Incremental.class);
        assertRefused(incremental(id, 1), BY_NAME, ErrorCode.INVALID_FETCH_SESSION_EPOCH);
    }

    @Test
    void addsUpdatesAndForgets() {
        // Given a session over two partitions
        int id = newSession(partition("a", 0), partition("b", 0));

        // When a request forgets one, moves the other and adds a third
        FetchRequest.Forgotten forgotten = new FetchRequest.Forgotten("a", TopicId.ZERO, IntBuffer.wrap(new int[] {0}));
        FetchContext context = context(
                request(id, 1, List.of(forgotten), partition("b", 0).ask(99, 3, 2, 10), partition("c", 4)), BY_NAME);

        // Then that is what is read
        List<PartitionRead> reads =
                ((FetchContext.Incremental) context).session().reads();
        assertThat(reads.stream().map(PartitionRead::asked)).containsExactly(key("b", 0), key("c", 4));
        assertThat(reads.getFirst().fetchOffset()).isEqualTo(99);
        assertThat(reads.getFirst().currentLeaderEpoch()).isEqualTo(3);
        assertThat(sessions.partitionCount()).isEqualTo(2);
    }

    @Test
    void endsASessionThatForgetsEverything() {
        // Given a session over one partition
        int id = newSession(partition("a", 0));

        // When a request forgets it
        FetchRequest.Forgotten forgotten = new FetchRequest.Forgotten("a", TopicId.ZERO, IntBuffer.wrap(new int[] {0}));
        FetchContext context = context(request(id, 1, List.of(forgotten)), BY_NAME);

        // Then there is no session any more
        assertThat(context).isInstanceOf(FetchContext.Sessionless.class);
        assertThat(sessions.size()).isZero();
        assertThat(sessions.partitionCount()).isZero();
    }

    @Test
    void endsASessionWhenAFullRequestNamesIt() {
        // Given two ways to ask for everything, each naming a session
        int left = newSession(partition("a", 0));
        int renewed = newSession(partition("a", 0));

        // When one ends it and one wants a new one
        FetchContext without = context(request(left, FetchRequest.FINAL_EPOCH, List.of()), BY_NAME);
        FetchContext with = context(request(renewed, FetchRequest.INITIAL_EPOCH, List.of()), BY_NAME);

        // Then both old sessions are gone
        assertThat(without).isInstanceOf(FetchContext.Sessionless.class);
        assertThat(with).isInstanceOf(FetchContext.Full.class);
        assertThat(sessions.size()).isZero();
    }

    @Test
    void answersNoRecordsWhenAnotherRequestCameInBetween() {
        // Given a request that waits while the next one of the session arrives
        int id = newSession(partition("a", 0));
        FetchContext first = context(incremental(id, 1), BY_NAME);
        List<PartitionRead> reads = new ArrayList<>(first.reads(incremental(id, 1)));
        context(incremental(id, 2), BY_NAME);

        // When it finds records
        Wire.MemorySlice records = new Wire.MemorySlice(new byte[3]);
        reads.getFirst().found(records);
        FetchContext.Answer answer = first.answer(reads, sessions, NOW);

        // Then it is refused and lets go of them
        assertThat(answer.error()).isEqualTo(ErrorCode.INVALID_FETCH_SESSION_EPOCH);
        assertThat(answer.sessionId()).isEqualTo(id);
        assertThat(answer.reads()).isEmpty();
        assertThat(records.isClosed()).isTrue();
    }

    @Test
    void givesTheNewcomerNoSessionWhileAllSlotsAreBusy() {
        // Given both slots taken a moment ago
        newSession(partition("a", 0));
        newSession(partition("a", 0));

        // When a third comes, however large, then it gets none, but its answer
        FetchContext.Answer answer = fetch(full(partition("a", 0), partition("b", 0)), read -> read.offsets(5, 5, 0));
        assertThat(answer.sessionId()).isZero();
        assertThat(names(answer)).containsExactly("a-0", "b-0");
    }

    @Test
    void evictsWhoWasUnusedForLongest() {
        // Given two sessions, the first of which was used since
        int first = newSession(partition("a", 0));
        int second = newSession(partition("a", 0));
        sessions.touch(session(first), NOW + 10);

        // When a third comes after both are stale
        int third = create(NOW + 10 + OLD, 1);

        // Then the second has made way
        assertThat(third).isNotZero();
        assertThat(sessions.get(second)).isNull();
        assertThat(sessions.get(first)).isNotNull();
        assertThat(sessions.evictions()).isEqualTo(1);
    }

    @Test
    void evictsTheSmallestOldSessionForALargerOne() {
        // Given two sessions of 2 and 1 partitions, both old but used just now
        int large = newSession(partition("a", 0), partition("b", 0));
        int small = newSession(partition("a", 0));
        sessions.touch(session(large), NOW + OLD);
        sessions.touch(session(small), NOW + OLD);

        // When one comes that is no larger than the smallest, then it gets none
        assertThat(create(NOW + OLD, 1)).isZero();

        // And when a larger one comes, then the smallest makes way
        assertThat(create(NOW + OLD, 2)).isNotZero();
        assertThat(sessions.get(small)).isNull();
        assertThat(sessions.get(large)).isNotNull();
    }

    @Test
    void givesAFollowerTheRoomOfAConsumer() {
        // Given a large and a small consumer's session, both new
        int large = newSession(partition("a", 0), partition("b", 0));
        int small = newSession(partition("a", 0));

        // When a follower's small session is made, then the smallest consumer makes way
        int first = create(NOW, true, 1);
        assertThat(first).isNotZero();
        assertThat(sessions.get(small)).isNull();

        // And when another follower comes, then the other consumer does, though it is larger
        int second = create(NOW, true, 1);
        assertThat(second).isNotZero();
        assertThat(sessions.get(large)).isNull();

        // But no consumer and no follower pushes out a follower's, however large it is
        assertThat(create(NOW, false, 9)).isZero();
        assertThat(create(NOW, true, 9)).isZero();

        // And once they are old, only a larger follower's
        sessions.touch(session(first), NOW + OLD);
        sessions.touch(session(second), NOW + OLD);
        assertThat(create(NOW + OLD, false, 9)).isZero();
        assertThat(create(NOW + OLD, true, 1)).isZero();
        assertThat(create(NOW + OLD, true, 2)).isNotZero();
    }

    @Test
    void boundsThePartitionsOfAllSessions() {
        // Given room for three partitions and a session of two
        FetchSessions small = new FetchSessions(10, 3, RandomSource.seeded(Wire.SEED));
        int id = small.create(NOW, false, false, List.of(partition("a", 0), partition("b", 0)));

        // When another of two comes, then it gets none
        assertThat(small.create(NOW, false, false, List.of(partition("c", 0), partition("d", 0))))
                .isZero();

        // And when the first one grows beyond the bound, then it is ended, and its client told to start anew
        FetchRequest growing = request(id, 1, List.of(), partition("e", 0), partition("f", 0));
        FetchContext context = FetchContext.of(growing, BY_NAME, small, NOW);
        assertThat(context).isEqualTo(new FetchContext.Refused(ErrorCode.FETCH_SESSION_ID_NOT_FOUND));
        assertThat(small.partitionCount()).isZero();
    }

    @Test
    void startsEpochsAgainAtOne() {
        assertThat(FetchSession.epochAfter(Integer.MAX_VALUE)).isEqualTo(1);
        assertThat(FetchSession.epochAfter(1)).isEqualTo(2);
    }

    private int create(long nowMs, int size) {
        return create(nowMs, false, size);
    }

    private int create(long nowMs, boolean privileged, int size) {
        List<FetchPartition> asked = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            asked.add(partition("new", i));
        }
        return sessions.create(nowMs, privileged, false, asked);
    }

    private void assertRefused(FetchRequest request, short version, ErrorCode error) {
        FetchContext context = context(request, version);
        assertThat(context).isEqualTo(new FetchContext.Refused(error));
        assertThat(context.reads(request)).isEmpty();
        assertThat(context.answer(new ArrayList<>(), sessions, NOW).sessionId()).isZero();
    }

    /** A session whose partitions were told a high watermark of 5 and a log start of 0. */
    private int newSession(FetchPartition... partitions) {
        return fetch(full(partitions), read -> read.offsets(5, 5, 0)).sessionId();
    }

    private FetchContext.Answer fetch(FetchRequest request, java.util.function.Consumer<PartitionRead> result) {
        FetchContext context = context(request, BY_NAME);
        List<PartitionRead> reads = new ArrayList<>(context.reads(request));
        reads.forEach(result);
        return context.answer(reads, sessions, NOW);
    }

    private FetchContext context(FetchRequest request, short version) {
        return FetchContext.of(request, version, sessions, NOW);
    }

    private FetchSession session(int id) {
        return sessions.get(id);
    }

    private static List<String> names(FetchContext.Answer answer) {
        return answer.reads().stream()
                .map(read -> read.topic() + "-" + read.partition())
                .toList();
    }

    private static FetchRequest full(FetchPartition... partitions) {
        return request(0, FetchRequest.INITIAL_EPOCH, List.of(), partitions);
    }

    private static FetchRequest incremental(int sessionId, int epoch) {
        return request(sessionId, epoch, List.of());
    }

    private static FetchRequest request(
            int sessionId, int epoch, List<FetchRequest.Forgotten> forgotten, FetchPartition... partitions) {
        Map<FetchPartition, FetchPartition> asked = new LinkedHashMap<>();
        for (FetchPartition partition : partitions) {
            asked.put(partition, partition);
        }
        return new FetchRequest(-1, 500, 1, 1000, false, sessionId, epoch, asked, forgotten);
    }

    private static FetchPartition partition(String topic, int partition) {
        return key(topic, partition).ask(0, -1, -1, 100);
    }

    private static FetchPartition key(String topic, int partition) {
        return new FetchPartition(topic, TopicId.ZERO, partition);
    }
}
