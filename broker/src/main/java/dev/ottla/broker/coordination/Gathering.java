package dev.ottla.broker.coordination;

import dev.ottla.base.ErrorCode;
import dev.ottla.coordinator.runtime.Waiter;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * The answers of several coordinators, in the order of the questions; whole once all have answered.
 *
 * @param <R> one answer
 */
public final class Gathering<R> {
    private final Object[] answers;
    private final AtomicInteger missing;
    private final Consumer<List<R>> whenWhole;

    /** @param whenWhole given all answers, on the thread that brought the last; at once when there are no questions */
    public Gathering(int questions, Consumer<List<R>> whenWhole) {
        this.answers = new Object[questions];
        this.missing = new AtomicInteger(questions);
        this.whenWhole = whenWhole;
        if (questions == 0) {
            whenWhole.accept(List.of());
        }
    }

    /** Who waits for one answer; a refusal becomes an answer of its own. */
    public Waiter<R> waiter(int question, BiFunction<ErrorCode, String, R> refused) {
        return new Waiter<>() {
            @Override
            public void answer(R response) {
                put(question, response);
            }

            @Override
            public void refuse(ErrorCode code, String detail) {
                put(question, refused.apply(code, detail));
            }
        };
    }

    @SuppressWarnings("unchecked") // only put fills it
    private void put(int question, R answer) {
        answers[question] = answer;
        if (missing.decrementAndGet() == 0) {
            whenWhole.accept((List<R>) Arrays.asList(answers));
        }
    }
}
