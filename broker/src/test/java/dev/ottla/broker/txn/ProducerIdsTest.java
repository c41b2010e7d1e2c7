package dev.ottla.broker.txn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.controller.ProducerIdBlock;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProducerIdsTest {
    private final AtomicLong nextBlock = new AtomicLong();
    private final Queue<Runnable> background = new ArrayDeque<>();
    private final ProducerIds ids =
            new ProducerIds(() -> new ProducerIdBlock(nextBlock.getAndAdd(1000), 1000), background::add);

    @Test
    void givesEveryProducerItsOwnId() {
        // Given more producers than one block has ids
        long before = -1;
        for (int i = 0; i < 2500; i++) {
            long id = ids.take();

            // Then each id is new
            assertThat(id).isGreaterThan(before);
            before = id;
        }
    }

    @Test
    void whoMayNotWaitGetsAnIdOnlyWhenThereIsOne() {
        // Given no ids yet
        assertThat(ids.poll()).isNull();

        // When they were asked for in the background, then there are
        background.remove().run();
        assertThat(ids.poll()).isZero();
        assertThat(ids.poll()).isEqualTo(1);
    }

    @Test
    void whatWasPreparedIsThere() {
        // Given a block that is used up
        for (int i = 0; i < 1000; i++) {
            var _ = ids.take();
        }

        // When an id is prepared, then it can be had without waiting
        ids.prepare();
        assertThat(ids.poll()).isEqualTo(1000);
    }
}
