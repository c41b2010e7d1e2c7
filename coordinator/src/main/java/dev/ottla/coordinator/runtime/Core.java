package dev.ottla.coordinator.runtime;

import java.util.List;

/**
 * A state machine without threads, clocks or files. Commands are methods of its own; each takes a {@link Step}, changes the state and says in it which
 * events led there. One caller at a time.
 *
 * @param <E> its events
 */
public interface Core<E> {
    /** Takes over an event of the log, in the log's order; before {@link #resume}. */
    void replay(E event);

    /** Takes over that a producer's transaction ended; a core whose events are never part of one has nothing to do. */
    default void replayEnd(long producerId, boolean commit) {}

    /** The log is read: timers begin. */
    void resume(Step<E> step);

    /** When {@link #onTimers} should be called, on {@link Now#monotonicMs}; {@code Long.MAX_VALUE} for never. May be too early. */
    long nextTimerMs();

    /** Does what is due. */
    void onTimers(Step<E> step);

    /** All who wait inside the core; it will not be asked again. */
    List<Waiter<?>> waiting();
}
