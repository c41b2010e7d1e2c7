package dev.ottla.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskQueueTest {
    @Test
    void nothingIsLostAndEachAddersOrderStays() throws InterruptedException {
        // Given four adders
        int adders = 4;
        int each = 50_000;
        TaskQueue queue = new TaskQueue();
        int[] next = new int[adders];
        List<String> wrong = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int adder = 0; adder < adders; adder++) {
            int who = adder;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < each; i++) {
                    int number = i;
                    queue.add(() -> {
                        if (next[who]++ != number) {
                            wrong.add(who + ": " + number);
                        }
                    });
                }
            }));
        }

        // When one thread takes while they add
        for (int taken = 0; taken < adders * each; ) {
            Runnable task = queue.poll();
            if (task != null) {
                task.run();
                taken++;
            } else {
                Thread.onSpinWait();
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }

        // Then all came, in each one's order
        assertThat(wrong).isEmpty();
        assertThat(next).containsOnly(each);
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.poll()).isNull();
    }
}
