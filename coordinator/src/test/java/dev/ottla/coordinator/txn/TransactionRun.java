package dev.ottla.coordinator.txn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.base.RandomSource;
import dev.ottla.coordinator.txn.ModelProducer.Attempt;
import dev.ottla.coordinator.txn.ModelProducer.Fate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One seeded life of a few transactional ids, their producers and partitions; answers get lost, requests come late, the coordinator is replaced. */
final class TransactionRun {
    private static final int PARTITIONS = 3;
    private static final int TIMEOUT_MS = 10_000;
    private static final TransactionSettings SETTINGS = new TransactionSettings(900_000, 604_800_000L, 3_600_000L);
    /** Ids that nobody uses are soon forgotten. */
    private static final TransactionSettings FORGETFUL = new TransactionSettings(900_000, 3_000L, 1_000L);
    /** A few steps before a producer has no more epochs. */
    private static final int LATE_EPOCH = 32_760;

    private static final int SHORT_TIMEOUT_MS = 2_000;

    /** Which versions of the protocol the producers speak. */
    private enum Spoken {
        FIRST,
        SECOND,
        /** Each transaction one or the other, as when a client is told of another level in between. */
        BOTH
    }

    private final long seed;
    private final Spoken spoken;
    private final int timeoutMs;
    private final RandomSource random;
    private final ModelCoordinator coordinator;
    private final List<ModelPartition> partitions = new ArrayList<>();
    private final List<ModelProducer> producers = new ArrayList<>();
    private final List<Attempt> attempts = new ArrayList<>();
    /** Requests that are still under way when their senders have given them up. */
    private final List<Runnable> late = new ArrayList<>();

    private int reloads;
    private int lateOnes;
    private int waited;
    private int wentOn;

    TransactionRun(long seed) {
        this.seed = seed;
        this.random = RandomSource.seeded(seed);
        for (int i = 0; i < PARTITIONS; i++) {
            partitions.add(new ModelPartition());
        }
        // Two of a kind under one id fence each other
        for (String id : List.of("a", "a", "b")) {
            producers.add(new ModelProducer(id));
        }
        this.spoken = seed % 3 == 0 ? Spoken.FIRST : seed % 3 == 1 ? Spoken.SECOND : Spoken.BOTH;
        short level = spoken == Spoken.FIRST && below(2) == 0 ? 1 : Transaction.VERSION_2;
        this.timeoutMs = below(2) == 0 ? SHORT_TIMEOUT_MS : TIMEOUT_MS;
        this.coordinator = new ModelCoordinator(below(4) == 0 ? FORGETFUL : SETTINGS, level, partitions);
        if (below(2) == 0) {
            coordinator.beginLate("a", (short) (LATE_EPOCH + below(6)), timeoutMs);
            coordinator.beginLate("b", (short) (LATE_EPOCH + below(6)), timeoutMs);
        }
    }

    private short anyVersion() {
        return switch (spoken) {
            case FIRST -> Transaction.VERSION_0;
            case SECOND -> Transaction.VERSION_2;
            case BOTH -> below(2) == 0 ? Transaction.VERSION_0 : Transaction.VERSION_2;
        };
    }

    int reloads() {
        return reloads;
    }

    /** Ids whose epochs were used up. */
    int rotations() {
        return coordinator.rotations();
    }

    /** Batches that waited in the coordinator and were let in. */
    int waited() {
        return waited;
    }

    /** Producers that went on with an epoch that they asked for (KIP-360). */
    int wentOn() {
        return wentOn;
    }

    int forgotten() {
        return coordinator.forgotten();
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
            case 6, 7 -> coordinator.tellOne();
            case 8 -> coordinator.tellAll();
            case 9 -> sendLate();
            case 10 -> coordinator.pass(below(4_000));
            default -> {
                switch (below(4)) {
                    case 0 -> reload();
                    case 1 -> producer.lose();
                    case 2 -> goOn(producer);
                    default -> coordinator.pass(1);
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
            coordinator.pass(2 * TIMEOUT_MS);
            coordinator.tellAll();
            check();
        }
        for (ModelPartition partition : partitions) {
            assertThat(partition.openCount())
                    .as("seed %d: hanging transactions", seed)
                    .isZero();
        }
        assertThat(coordinator.core().transactions().all())
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
            short version = anyVersion();
            if (producer.spokeFirst && version >= Transaction.VERSION_2) {
                // As clients do: the epoch is the old protocol's, whose last transaction partitions may not know ended
                goOn(producer);
                return;
            }
            producer.spokeFirst = version < Transaction.VERSION_2;
            producer.current = new Attempt("t" + attempts.size(), version);
            attempts.add(producer.current);
        }
        Attempt attempt = producer.current;
        if (attempt.waits) {
            // It has patience, or not, and aborts
            if (below(4) == 0) {
                attempt.waits = false;
                attempt.fate = Fate.ABORTING;
            }
            return;
        }
        if (attempt.fate != Fate.OPEN) {
            end(producer);
            return;
        }
        int partition = below(PARTITIONS);
        if (attempt.speaksV2() && below(5) == 0) {
            // It gives up on this one; a producer would abort, and its epoch would change before it goes on
            lateOnes++;
            late.add(() -> deliver(producer, identity, attempt, partition));
            attempt.fate = Fate.ABORTING;
            return;
        }
        if (attempt.speaksV2() && below(2) == 0 && deliverPatiently(producer, identity, attempt, partition)) {
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

    /** As the broker asks for the first batch of a transaction: it waits for the end of the one before. Whether it has been dealt with. */
    private boolean deliverPatiently(
            ModelProducer producer, ProducerIdentity identity, Attempt attempt, int partition) {
        ModelPartition target = partitions.get(partition);
        if (target.isOpen(identity)) {
            return false;
        }
        ModelAnswer<ErrorCode> added = new ModelAnswer<>(code -> {
            waited += attempt.waits ? 1 : 0;
            attempt.waits = false;
            if (code == ErrorCode.NONE && target.append(identity, attempt.value) == null) {
                attempt.wrote.add(partition);
            }
        });
        attempt.waits = true;
        try {
            Set<TransactionPartition> wanted = Set.of(new TransactionPartition("t", partition));
            coordinator.ask((core, step) ->
                    core.add(producer.transactionalId, identity, wanted, attempt.version, true, added, step));
            return true;
        } catch (OttlaException e) {
            attempt.waits = false;
            return false;
        }
    }

    private ErrorCode deliver(ModelProducer producer, ProducerIdentity identity, Attempt attempt, int partition) {
        ModelPartition target = partitions.get(partition);
        // A client of the old protocol adds the partition itself, once in each transaction; with the new one the broker
        // does, when nothing is open
        if (attempt.speaksV2() ? !target.isOpen(identity) : !attempt.wrote.contains(partition)) {
            ErrorCode refusal = addOrVerify(producer, identity, attempt, partition);
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

    private ErrorCode addOrVerify(ModelProducer producer, ProducerIdentity identity, Attempt attempt, int partition) {
        Set<TransactionPartition> wanted = Set.of(new TransactionPartition("t", partition));
        ModelAnswer<ErrorCode> added = new ModelAnswer<>();
        try {
            coordinator.ask((core, step) ->
                    core.add(producer.transactionalId, identity, wanted, attempt.version, false, added, step));
            return attempt.speaksV2()
                    ? added.response()
                    : coordinator
                            .core()
                            .verify(producer.transactionalId, identity, wanted)
                            .getOrDefault(new TransactionPartition("t", partition), ErrorCode.TRANSACTION_ABORTABLE);
        } catch (OttlaException e) {
            return e.code();
        }
    }

    private void init(ModelProducer producer) {
        try {
            init(producer, null);
        } catch (OttlaException e) {
            assertThat(e.code()).as("seed %d", seed).isEqualTo(ErrorCode.CONCURRENT_TRANSACTIONS);
        }
    }

    /** After an error that it can recover from: between two transactions, with an epoch that it asks for (KIP-360). */
    private void goOn(ModelProducer producer) {
        ProducerIdentity identity = producer.identity;
        if (identity == null || producer.current != null) {
            return;
        }
        try {
            init(producer, identity);
            wentOn++;
        } catch (OttlaException e) {
            assertThat(e.code()).as("seed %d", seed).isIn(ErrorCode.CONCURRENT_TRANSACTIONS, ErrorCode.PRODUCER_FENCED);
            if (e.code() == ErrorCode.PRODUCER_FENCED) {
                producer.lose();
            }
        }
    }

    /** Its answer may be lost. */
    private void init(ModelProducer producer, @Nullable ProducerIdentity current) {
        ModelAnswer<ProducerIdentity> answer = new ModelAnswer<>();
        coordinator.ask((core, step) -> core.init(producer.transactionalId, timeoutMs, current, answer, step));
        if (answer.isAnswered() && below(8) != 0) {
            producer.identity = answer.response();
            producer.spokeFirst = false;
        }
    }

    private void end(ModelProducer producer) {
        Attempt attempt = producer.current;
        ProducerIdentity identity = producer.identity;
        if (attempt == null
                || identity == null
                || attempt.waits
                || (attempt.wrote.isEmpty() && attempt.fate == Fate.OPEN)) {
            return;
        }
        if (attempt.fate == Fate.OPEN) {
            attempt.fate = below(3) == 0 ? Fate.ABORTING : Fate.COMMITTING;
        }
        boolean commit = attempt.fate == Fate.COMMITTING;
        if (attempt.speaksV2() && below(4) == 0) {
            // Sent, and on its way for ever so long; the producer sends it again
            lateOnes++;
            late.add(() -> sendEnd(producer, identity, attempt.version, commit));
        }
        ErrorCode refusal = sendEnd(producer, identity, attempt.version, commit);
        boolean answerIsLost = below(6) == 0;
        if (answerIsLost || refusal == ErrorCode.CONCURRENT_TRANSACTIONS) {
            return;
        }
        if (refusal == ErrorCode.NONE) {
            attempt.fate = commit ? Fate.COMMITTED : Fate.ABORTED;
            producer.current = null;
            producer.identity = answered;
        } else if (!attempt.speaksV2() && refusal == ErrorCode.INVALID_TXN_STATE && !commit) {
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

    /** What the last EndTxn that was answered was answered. */
    private ProducerIdentity answered = new ProducerIdentity(-1, (short) -1);

    private ErrorCode sendEnd(ModelProducer producer, ProducerIdentity identity, short version, boolean commit) {
        ModelAnswer<ProducerIdentity> answer = new ModelAnswer<>();
        try {
            coordinator.ask(
                    (core, step) -> core.end(producer.transactionalId, identity, commit, version, answer, step));
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

    private int below(int bound) {
        return (int) Long.remainderUnsigned(random.nextLong(), bound);
    }

    private void reload() {
        reloads++;
        // Who waited there is told that it is gone, and asks again
        attempts.forEach(attempt -> attempt.waits = false);
        coordinator.reload();
    }

    private void check() {
        coordinator.checkReplay(seed);
        TransactionChecks.noneIsTorn(seed, attempts, partitions);
    }

    /** After {@link #settle}. */
    void checkEnds() {
        TransactionChecks.eachIsWhole(seed, attempts, partitions);
    }
}
