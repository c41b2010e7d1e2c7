package dev.ottla.coordinator.txn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.base.RandomSource;
import dev.ottla.coordinator.runtime.BatchKind;
import dev.ottla.coordinator.runtime.Now;
import dev.ottla.coordinator.runtime.Step;
import dev.ottla.coordinator.runtime.StoredEvent;
import dev.ottla.coordinator.runtime.Waiter;
import dev.ottla.coordinator.txn.ModelProducer.Attempt;
import dev.ottla.coordinator.txn.ModelProducer.Fate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** One seeded life of a few transactional ids, their producers and partitions; answers get lost, requests come late, the coordinator is replaced. */
final class TransactionRun {
    private static final int PARTITIONS = 3;
    private static final int TIMEOUT_MS = 10_000;
    private static final TransactionSettings SETTINGS = new TransactionSettings(900_000, 604_800_000L, 3_600_000L);

    private final long seed;
    private final RandomSource random;
    private final TransactionEventFormat format = new TransactionEventFormat();
    private final List<StoredEvent> log = new ArrayList<>();
    private final List<ModelPartition> partitions = new ArrayList<>();
    private final List<ModelProducer> producers = new ArrayList<>();
    private final List<Attempt> attempts = new ArrayList<>();
    /** What the marker writer has to do: by ending, the partitions that do not know yet. */
    private final Map<Ending, List<Integer>> untold = new HashMap<>();
    /** Requests that are still under way when their senders have given them up. */
    private final List<Runnable> late = new ArrayList<>();

    private TransactionCore core;
    private long nowMs = 1_000_000;
    private long ids;
    private int reloads;
    private int lateOnes;

    TransactionRun(long seed) {
        this.seed = seed;
        this.random = RandomSource.seeded(seed);
        for (int i = 0; i < PARTITIONS; i++) {
            partitions.add(new ModelPartition());
        }
        // Two of a kind under one id fence each other
        short version = seed % 3 == 0 ? Transaction.VERSION_0 : Transaction.VERSION_2;
        for (String id : List.of("a", "a", "b")) {
            producers.add(new ModelProducer(id, version));
        }
        this.core = newCore();
    }

    private TransactionCore newCore() {
        Waiter<Ending> markers = new Waiter<>() {
            @Override
            public void answer(Ending ending) {
                untold.computeIfAbsent(
                        ending,
                        fresh -> new ArrayList<>(fresh.partitions().stream()
                                .map(TransactionPartition::partition)
                                .toList()));
            }

            @Override
            public void refuse(ErrorCode code, String detail) {
                throw new AssertionError(code + " " + detail);
            }
        };
        return new TransactionCore(
                new TransactionPorts(() -> SETTINGS, () -> Transaction.VERSION_2, () -> ++ids, markers));
    }

    int reloads() {
        return reloads;
    }

    int lateOnes() {
        return lateOnes;
    }

    long decided() {
        return attempts.stream()
                .filter(attempt -> attempt.fate == Fate.COMMITTED || attempt.fate == Fate.ABORTED)
                .count();
    }

    void step() {
        ModelProducer producer = producers.get(below(producers.size()));
        switch (below(12)) {
            case 0, 1, 2, 3 -> write(producer);
            case 4, 5 -> end(producer);
            case 6, 7 -> tellOne();
            case 8 -> tellAll();
            case 9 -> sendLate();
            case 10 -> pass(below(4_000));
            default -> {
                switch (below(4)) {
                    case 0 -> reload();
                    case 1 -> producer.lose();
                    default -> pass(1);
                }
            }
        }
        check();
    }

    /** Everybody goes away, and time goes by. */
    void settle() {
        late.clear();
        producers.forEach(ModelProducer::lose);
        for (int i = 0; i < 4; i++) {
            pass(2 * TIMEOUT_MS);
            tellAll();
            check();
        }
        for (ModelPartition partition : partitions) {
            assertThat(partition.openCount())
                    .as("seed %d: hanging transactions", seed)
                    .isZero();
        }
        assertThat(core.transactions().all())
                .as("seed %d", seed)
                .allMatch(transaction -> transaction.status().isAtRest());
    }

    private void write(ModelProducer producer) {
        ProducerIdentity identity = producer.identity;
        if (identity == null) {
            init(producer);
            return;
        }
        if (producer.current == null) {
            producer.current = new Attempt("t" + attempts.size());
            attempts.add(producer.current);
        }
        Attempt attempt = producer.current;
        if (attempt.fate != Fate.OPEN) {
            end(producer);
            return;
        }
        int partition = below(PARTITIONS);
        if (producer.speaksV2() && below(5) == 0) {
            // It gives up on this one; a producer would abort, and its epoch would change before it goes on
            lateOnes++;
            late.add(() -> deliver(producer, identity, attempt, partition));
            attempt.fate = Fate.ABORTING;
            return;
        }
        ErrorCode refusal = deliver(producer, identity, attempt, partition);
        if (refusal == ErrorCode.PRODUCER_FENCED
                || refusal == ErrorCode.INVALID_PRODUCER_EPOCH
                || refusal == ErrorCode.INVALID_PRODUCER_ID_MAPPING) {
            producer.lose();
        } else if (refusal == ErrorCode.TRANSACTION_ABORTABLE) {
            attempt.fate = Fate.ABORTING;
        } else {
            assertThat(refusal).as("seed %d", seed).isIn(ErrorCode.NONE, ErrorCode.CONCURRENT_TRANSACTIONS);
        }
    }

    private ErrorCode deliver(ModelProducer producer, ProducerIdentity identity, Attempt attempt, int partition) {
        ModelPartition target = partitions.get(partition);
        // A client of the old protocol adds the partition itself, once in each transaction; with the new one the broker
        // does, when nothing is open
        if (producer.speaksV2() ? !target.isOpen(identity) : !attempt.wrote.contains(partition)) {
            ErrorCode refusal = addOrVerify(producer, identity, partition);
            if (refusal != ErrorCode.NONE) {
                return refusal;
            }
        }
        ErrorCode refusal = target.append(identity, attempt.value);
        if (refusal != null) {
            return refusal;
        }
        attempt.wrote.add(partition);
        return ErrorCode.NONE;
    }

    private ErrorCode addOrVerify(ModelProducer producer, ProducerIdentity identity, int partition) {
        Set<TransactionPartition> wanted = Set.of(new TransactionPartition("t", partition));
        Answer<ErrorCode> added = new Answer<>();
        try {
            Step<TransactionEvent> step = new Step<>(now());
            core.add(producer.transactionalId, identity, wanted, producer.version, false, added, step);
            finish(step);
            return producer.speaksV2()
                    ? added.response()
                    : core.verify(producer.transactionalId, identity, wanted)
                            .getOrDefault(new TransactionPartition("t", partition), ErrorCode.TRANSACTION_ABORTABLE);
        } catch (OttlaException e) {
            return e.code();
        }
    }

    private void init(ModelProducer producer) {
        Answer<ProducerIdentity> answer = new Answer<>();
        try {
            Step<TransactionEvent> step = new Step<>(now());
            core.init(producer.transactionalId, TIMEOUT_MS, null, answer, step);
            finish(step);
        } catch (OttlaException e) {
            assertThat(e.code()).as("seed %d", seed).isEqualTo(ErrorCode.CONCURRENT_TRANSACTIONS);
            return;
        }
        if (answer.isAnswered() && below(8) != 0) {
            producer.identity = answer.response();
        }
    }

    private void end(ModelProducer producer) {
        Attempt attempt = producer.current;
        ProducerIdentity identity = producer.identity;
        if (attempt == null || identity == null || (attempt.wrote.isEmpty() && attempt.fate == Fate.OPEN)) {
            return;
        }
        if (attempt.fate == Fate.OPEN) {
            attempt.fate = below(3) == 0 ? Fate.ABORTING : Fate.COMMITTING;
        }
        boolean commit = attempt.fate == Fate.COMMITTING;
        if (producer.speaksV2() && below(4) == 0) {
            // Sent, and on its way for ever so long; the producer sends it again
            lateOnes++;
            late.add(() -> sendEnd(producer, identity, commit));
        }
        ErrorCode refusal = sendEnd(producer, identity, commit);
        boolean answerIsLost = below(6) == 0;
        if (answerIsLost || refusal == ErrorCode.CONCURRENT_TRANSACTIONS) {
            return;
        }
        if (refusal == ErrorCode.NONE) {
            attempt.fate = commit ? Fate.COMMITTED : Fate.ABORTED;
            producer.current = null;
            producer.identity = answered;
        } else if (!producer.speaksV2() && refusal == ErrorCode.INVALID_TXN_STATE && !commit) {
            // Nothing was added
            attempt.fate = Fate.ABORTED;
            producer.current = null;
        } else {
            assertThat(refusal)
                    .as("seed %d", seed)
                    .isIn(
                            ErrorCode.PRODUCER_FENCED,
                            ErrorCode.INVALID_PRODUCER_ID_MAPPING,
                            ErrorCode.INVALID_TXN_STATE);
            producer.lose();
        }
    }

    private ProducerIdentity answered = new ProducerIdentity(-1, (short) -1);

    private ErrorCode sendEnd(ModelProducer producer, ProducerIdentity identity, boolean commit) {
        Answer<ProducerIdentity> answer = new Answer<>();
        try {
            Step<TransactionEvent> step = new Step<>(now());
            core.end(producer.transactionalId, identity, commit, producer.version, answer, step);
            finish(step);
            answered = answer.response();
            return ErrorCode.NONE;
        } catch (OttlaException e) {
            return e.code();
        }
    }

    private void sendLate() {
        if (!late.isEmpty()) {
            late.remove(below(late.size())).run();
        }
    }

    private void tellOne() {
        untold.entrySet().stream().findFirst().ifPresent(first -> tell(first.getKey(), 1));
    }

    private void tellAll() {
        List.copyOf(untold.keySet()).forEach(ending -> tell(ending, PARTITIONS));
    }

    private void tell(Ending ending, int most) {
        List<Integer> left = untold.get(ending);
        for (int i = 0; i < most && !left.isEmpty(); i++) {
            partitions.get(left.removeFirst()).mark(ending);
        }
        if (left.isEmpty()) {
            untold.remove(ending);
            Step<TransactionEvent> step = new Step<>(now());
            core.complete(ending, step);
            finish(step);
        }
    }

    private void pass(int ms) {
        long until = nowMs + ms;
        while (core.nextTimerMs() <= until) {
            nowMs = Math.max(nowMs, core.nextTimerMs());
            Step<TransactionEvent> step = new Step<>(now());
            core.onTimers(step);
            finish(step);
        }
        nowMs = until;
    }

    private void reload() {
        reloads++;
        untold.clear();
        core = replayed();
        Step<TransactionEvent> step = new Step<>(now());
        core.resume(step);
        finish(step);
    }

    private TransactionCore replayed() {
        TransactionCore fresh = newCore();
        for (StoredEvent event : log) {
            TransactionEvent decoded = format.decode(
                    BatchKind.PLAIN,
                    event.key().duplicate(),
                    event.value() == null ? null : event.value().duplicate());
            assertThat(decoded).isNotNull();
            fresh.replay(decoded);
        }
        return fresh;
    }

    private void finish(Step<TransactionEvent> step) {
        step.events().forEach(event -> log.add(format.encode(event)));
        step.release();
    }

    private Now now() {
        return new Now(nowMs, nowMs);
    }

    private int below(int bound) {
        return (int) Long.remainderUnsigned(random.nextLong(), bound);
    }

    private void check() {
        assertThat(new TreeMap<>(byId(replayed())))
                .as("seed %d: live state is replay", seed)
                .isEqualTo(new TreeMap<>(byId(core)));
        for (Attempt attempt : attempts) {
            for (int i = 0; i < PARTITIONS; i++) {
                ModelPartition partition = partitions.get(i);
                boolean committed = partition.committed.contains(attempt.value);
                boolean aborted = partition.aborted.contains(attempt.value);
                assertThat(committed && aborted)
                        .as("seed %d: %s is torn in partition %d", seed, attempt.value, i)
                        .isFalse();
                if (attempt.fate == Fate.COMMITTED) {
                    assertThat(aborted)
                            .as("seed %d: %s was lost", seed, attempt.value)
                            .isFalse();
                } else if (attempt.fate != Fate.UNKNOWN && attempt.fate != Fate.COMMITTING) {
                    assertThat(committed)
                            .as("seed %d: aborted %s is read", seed, attempt.value)
                            .isFalse();
                }
            }
        }
    }

    /** After {@link #settle}: what was told committed is committed wherever it was written; what nobody knows is whole or not there at all. */
    void checkEnds() {
        for (Attempt attempt : attempts) {
            long committedIn = Set.copyOf(attempt.wrote).stream()
                    .filter(partition -> partitions.get(partition).committed.contains(attempt.value))
                    .count();
            if (attempt.fate == Fate.COMMITTED) {
                assertThat(committedIn)
                        .as("seed %d: %s is committed whole", seed, attempt.value)
                        .isEqualTo(Set.copyOf(attempt.wrote).size());
            } else if (attempt.fate == Fate.UNKNOWN) {
                assertThat(committedIn)
                        .as("seed %d: %s is torn", seed, attempt.value)
                        .isIn(0L, (long) Set.copyOf(attempt.wrote).size());
            }
        }
    }

    private static Map<String, Transaction> byId(TransactionCore core) {
        Map<String, Transaction> byId = new HashMap<>();
        core.transactions().all().forEach(transaction -> byId.put(transaction.transactionalId(), transaction));
        return byId;
    }

    /** Keeps an answer. */
    private static final class Answer<R> implements Waiter<R> {
        private final List<R> answers = new ArrayList<>();

        @Override
        public void answer(R response) {
            answers.add(response);
        }

        @Override
        public void refuse(ErrorCode code, String detail) {
            // As if it had never been answered
            answers.clear();
        }

        boolean isAnswered() {
            return !answers.isEmpty();
        }

        R response() {
            return answers.getFirst();
        }
    }
}
