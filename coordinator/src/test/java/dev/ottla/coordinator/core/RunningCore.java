package dev.ottla.coordinator.core;

import dev.ottla.base.ErrorCode;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.event.GroupEventFormat;
import dev.ottla.coordinator.runtime.BatchKind;
import dev.ottla.coordinator.runtime.Now;
import dev.ottla.coordinator.runtime.Step;
import dev.ottla.coordinator.runtime.StoredEvent;
import dev.ottla.coordinator.runtime.Waiter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A core over a log in memory: with a clock that is moved by hand, timers that fire as it moves, and successors that read the log. */
final class RunningCore {
    private final Supplier<GroupCore> newCore;
    private final GroupEventFormat format = new GroupEventFormat(GroupEventFormat.OFFSET_VALUE_WITH_TOPIC_ID);
    private final List<StoredEvent> log = new ArrayList<>();

    private GroupCore core;
    private long nowMs = 1_000_000;
    private int reloads;
    private GroupCore lastReplayed;

    /** @param newCore each makes a core that knows nothing */
    RunningCore(Supplier<GroupCore> newCore) {
        this.newCore = newCore;
        this.core = newCore.get();
    }

    /** The one that coordinates now. */
    GroupCore now() {
        return core;
    }

    int reloads() {
        return reloads;
    }

    Step<GroupEvent> step() {
        return new Step<>(new Now(nowMs, nowMs));
    }

    /** What the step decided is stored, and its answers go out. */
    void finish(Step<GroupEvent> step) {
        for (GroupEvent event : step.events()) {
            log.add(format.encode(event));
            lastReplayed = null;
        }
        step.release();
    }

    /** Time goes by, and timers fire. */
    void pass(int ms) {
        long until = nowMs + ms;
        while (core.nextTimerMs() <= until) {
            nowMs = Math.max(nowMs, core.nextTimerMs());
            Step<GroupEvent> step = step();
            core.onTimers(step);
            finish(step);
        }
        nowMs = until;
    }

    /** Another coordinator takes over, and reads a log that has been compacted; who waited at the old one is sent away. */
    void reload() {
        reloads++;
        compact(reloads % 2 == 0);
        List<Waiter<?>> waiting = core.waiting();
        lastReplayed = null;
        core = replayed();
        lastReplayed = null;
        waiting.forEach(waiter -> waiter.refuse(ErrorCode.NOT_COORDINATOR, ""));
        Step<GroupEvent> step = step();
        core.resume(step);
        finish(step);
    }

    /** As __consumer_offsets is after cleaning: of each key the last record, the tombstones too or, after delete.retention.ms, without them. */
    private void compact(boolean withTombstones) {
        Map<ByteBuffer, StoredEvent> last = new LinkedHashMap<>();
        for (StoredEvent event : log) {
            last.remove(event.key());
            last.put(event.key(), event);
        }
        log.clear();
        last.values().stream()
                .filter(event -> withTombstones || event.value() != null)
                .forEach(log::add);
    }

    /** A core that has read the log; to look at. */
    GroupCore replayed() {
        if (lastReplayed != null) {
            return lastReplayed;
        }
        GroupCore fresh = newCore.get();
        for (StoredEvent event : log) {
            fresh.replay(format.decode(
                    BatchKind.PLAIN,
                    event.key().duplicate(),
                    event.value() == null ? null : event.value().duplicate()));
        }
        lastReplayed = fresh;
        return fresh;
    }
}
