package dev.ottla.coordinator.runtime;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The smallest core: a sum, and those who wait for it to be told. */
final class CounterCore implements Core<Integer> {
    static final EventFormat<Integer> FORMAT = new EventFormat<>() {
        @Override
        public StoredEvent encode(Integer event) {
            return new StoredEvent(ByteBuffer.allocate(4).putInt(event).flip(), null);
        }

        @Override
        public Integer decode(BatchKind kind, ByteBuffer key, @Nullable ByteBuffer value) {
            return key.getInt();
        }
    };

    private int sum;
    private final List<Waiter<Integer>> waiting = new ArrayList<>();
    private final Timers<String> timers = new Timers<>();

    void add(int amount, Waiter<Integer> waiter, Step<Integer> step) {
        sum += amount;
        step.emit(amount);
        step.answer(waiter, sum);
    }

    void read(Waiter<Integer> waiter, Step<Integer> step) {
        step.answer(waiter, sum);
    }

    void await(Waiter<Integer> waiter) {
        waiting.add(waiter);
    }

    void addIn(int ms, Waiter<Integer> waiter, Step<Integer> step) {
        waiting.add(waiter);
        timers.set("add", step.now().monotonicMs() + ms);
    }

    @Override
    public void replay(Integer event) {
        sum += event;
    }

    @Override
    public void resume(Step<Integer> step) {
        timers.cancel("add");
    }

    @Override
    public long nextTimerMs() {
        return timers.nextMs();
    }

    @Override
    public void onTimers(Step<Integer> step) {
        if (timers.poll(step.now().monotonicMs()) != null) {
            sum++;
            step.emit(1);
            waiting.forEach(waiter -> step.answer(waiter, sum));
            waiting.clear();
        }
    }

    @Override
    public List<Waiter<?>> waiting() {
        return List.copyOf(waiting);
    }
}
