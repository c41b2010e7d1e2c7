package dev.ottla.coordinator.runtime;

import dev.ottla.base.ErrorCode;
import java.util.ArrayList;
import java.util.List;

/**
 * What one command makes of a core: events, which the core has taken over already, and answers, to the asker or to others who waited.
 *
 * @param <E> the core's events
 */
public final class Step<E> {
    private final Now now;
    private final List<E> events = new ArrayList<>();
    private final List<Answer<?>> answers = new ArrayList<>();

    public Step(Now now) {
        this.now = now;
    }

    private record Answer<R>(Waiter<? super R> to, R response) {
        void release() {
            to.answer(response);
        }
    }

    public Now now() {
        return now;
    }

    /** Appends an event; it is written with the others of this step, all or none. */
    public void emit(E event) {
        events.add(event);
    }

    /** Answers once the events of this step, and those before it, are committed. */
    public <R> void answer(Waiter<? super R> to, R response) {
        answers.add(new Answer<R>(to, response));
    }

    public List<E> events() {
        return events;
    }

    boolean answersNobody() {
        return answers.isEmpty();
    }

    /** What was decided is committed. */
    public void release() {
        answers.forEach(Answer::release);
    }

    /** What was decided will never be. */
    void refuse(ErrorCode code, String detail) {
        answers.forEach(answer -> answer.to().refuse(code, detail));
    }
}
