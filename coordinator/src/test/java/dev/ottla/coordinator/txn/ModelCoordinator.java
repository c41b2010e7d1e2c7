package dev.ottla.coordinator.txn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.ErrorCode;
import dev.ottla.coordinator.runtime.BatchKind;
import dev.ottla.coordinator.runtime.Now;
import dev.ottla.coordinator.runtime.Step;
import dev.ottla.coordinator.runtime.StoredEvent;
import dev.ottla.coordinator.runtime.Waiter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A transaction coordinator whose log never fails, with the clock and the marker writer that it has in a {@link TransactionRun}. */
final class ModelCoordinator {
    private final TransactionSettings settings;
    private final short level;
    private final List<ModelPartition> partitions;
    private final TransactionEventFormat format = new TransactionEventFormat(() -> Transaction.VERSION_2);
    private final List<StoredEvent> log = new ArrayList<>();
    /** What the marker writer has to do: by ending, the partitions that do not know yet. */
    private final Map<Ending, List<Integer>> untold = new HashMap<>();

    private TransactionCore core;
    private long nowMs = 1_000_000;
    private long ids;
    private int rotations;
    private int forgotten;

    /** A request, or what happens by itself. */
    interface Command {
        void on(TransactionCore core, Step<TransactionEvent> step);
    }

    ModelCoordinator(TransactionSettings settings, short level, List<ModelPartition> partitions) {
        this.settings = settings;
        this.level = level;
        this.partitions = partitions;
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
        return new TransactionCore(new TransactionPorts(() -> settings, () -> level, () -> ++ids, markers));
    }

    TransactionCore core() {
        return core;
    }

    /** Ids whose epochs were used up. */
    int rotations() {
        return rotations;
    }

    /** Ids that nobody used for long. */
    int forgotten() {
        return forgotten;
    }

    /** As if a transactional id had been used for long. */
    void beginLate(String transactionalId, short epoch, int timeoutMs) {
        TransactionEvent stored = new TransactionStored(Transaction.unknown(transactionalId, ++ids)
                .initialized(epoch, ProducerIdentity.NO_EPOCH, timeoutMs, nowMs));
        log.add(format.encode(stored));
        core.replay(stored);
    }

    /** @throws dev.ottla.base.OttlaException as the core does; nothing has changed then */
    void ask(Command command) {
        Step<TransactionEvent> step = new Step<>(new Now(nowMs, nowMs));
        command.on(core, step);
        finish(step);
    }

    void checkReplay(long seed) {
        assertThat(new TreeMap<>(byId(replayed())))
                .as("seed %d: live state is replay", seed)
                .isEqualTo(new TreeMap<>(byId(core)));
    }

    /** One partition hears of one end. */
    void tellOne() {
        untold.entrySet().stream().findFirst().ifPresent(first -> tell(first.getKey(), 1));
    }

    /** All partitions hear of all ends. */
    void tellAll() {
        List.copyOf(untold.keySet()).forEach(ending -> tell(ending, partitions.size()));
    }

    private void tell(Ending ending, int most) {
        List<Integer> left = untold.get(ending);
        for (int i = 0; i < most && !left.isEmpty(); i++) {
            partitions.get(left.removeFirst()).mark(ending);
        }
        if (left.isEmpty()) {
            untold.remove(ending);
            ask((asked, step) -> asked.complete(ending, step));
        }
    }

    /** Time goes by. */
    void pass(int ms) {
        long until = nowMs + ms;
        while (core.nextTimerMs() <= until) {
            nowMs = Math.max(nowMs, core.nextTimerMs());
            ask(TransactionCore::onTimers);
        }
        nowMs = until;
    }

    /** Another takes over, which knows what was stored. */
    void reload() {
        untold.clear();
        core = replayed();
        ask(TransactionCore::resume);
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
        step.events().forEach(event -> {
            log.add(format.encode(event));
            switch (event) {
                case TransactionStored stored -> {
                    Transaction now = stored.transaction();
                    boolean rotated = now.epoch() == 0
                            && now.previousProducerId() != ProducerIdentity.NO_ID
                            && now.previousProducerId() != now.producerId();
                    rotations += rotated ? 1 : 0;
                }
                case TransactionForgotten _ -> forgotten++;
            }
        });
        step.release();
    }

    private static Map<String, Transaction> byId(TransactionCore core) {
        Map<String, Transaction> byId = new HashMap<>();
        core.transactions().all().forEach(transaction -> byId.put(transaction.transactionalId(), transaction));
        return byId;
    }
}
