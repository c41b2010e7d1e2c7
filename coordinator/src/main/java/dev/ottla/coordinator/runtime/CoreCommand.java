package dev.ottla.coordinator.runtime;

/**
 * Something to do with a core. It answers its waiter by the step, now or in a later one; an {@link dev.ottla.base.OttlaException} before its first
 * event refuses it.
 */
@FunctionalInterface
public interface CoreCommand<C extends Core<E>, E, R> {
    void run(C core, Waiter<R> waiter, Step<E> step);
}
