package dev.ottla.coordinator.core;

import dev.ottla.base.ErrorCode;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.event.GroupEventFormat;
import dev.ottla.coordinator.runtime.BatchKind;
import dev.ottla.coordinator.runtime.Now;
import dev.ottla.coordinator.runtime.Step;
import dev.ottla.coordinator.runtime.StoredEvent;
import dev.ottla.coordinator.runtime.Waiter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** A core over a log in memory: with a clock that is moved by hand, timers that fire as it moves, and successors that read the log. */
final class RunningCore {
    private final Supplier<GroupCore> newCore;
    private final GroupEventFormat format = new GroupEventFormat(GroupEventFormat.OFFSET_VALUE_WITH_TOPIC_ID);
    private final List<StoredEvent> log = new ArrayList<>();

    private GroupCore core;
    private long nowMs = 1_000_000;
    private int reloads;

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
        step.events().forEach(event -> log.add(format.encode(event)));
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

    /** Another coordinator takes over; who waited at the old one is sent away. */
    void reload() {
        reloads++;
        List<Waiter<?>> waiting = core.waiting();
        core = replayed();
        waiting.forEach(waiter -> waiter.refuse(ErrorCode.NOT_COORDINATOR, ""));
        Step<GroupEvent> step = step();
        core.resume(step);
        finish(step);
    }

    /** A core that has read the log. */
    GroupCore replayed() {
        GroupCore fresh = newCore.get();
        for (StoredEvent event : log) {
            fresh.replay(format.decode(
                    BatchKind.PLAIN,
                    event.key().duplicate(),
                    event.value() == null ? null : event.value().duplicate()));
        }
        return fresh;
    }
}
