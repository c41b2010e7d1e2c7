package dev.ottla.coordinator.txn;

import dev.ottla.base.ErrorCode;
import dev.ottla.coordinator.runtime.Waiter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Keeps an answer, and does something about it. */
final class ModelAnswer<R> implements Waiter<R> {
    private final List<R> answers = new ArrayList<>();
    private final Consumer<R> then;

    ModelAnswer() {
        this(response -> {});
    }

    ModelAnswer(Consumer<R> then) {
        this.then = then;
    }

    @Override
    public void answer(R response) {
        answers.add(response);
        then.accept(response);
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
