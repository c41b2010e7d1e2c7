package dev.ottla.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BufferPoolTest {
    private final MemoryBudget budget = new MemoryBudget(1 << 20);
    private final BufferPool pool = new BufferPool(budget, () -> {}, true);

    @Test
    void buffersAreCountedByWhatTheyReallyHold() {
        // Given buffers of all sizes
        List<PooledBuffer> taken = new ArrayList<>();
        long held = 0;
        for (int size : new int[] {0, 1, 255, 256, 257, 4096, 65_537, 1 << 20, (4 << 20) + 1, 10 << 20}) {
            PooledBuffer buffer = pool.take(size);
            assertThat(buffer.bytes.remaining()).isEqualTo(size);
            assertThat(buffer.bytes.isDirect()).isTrue();
            assertThat(buffer.capacity())
                    .isBetween(size, Math.max(256, 2 * size))
                    .isEqualTo(BufferPool.capacityFor(size));
            held += buffer.capacity();
            taken.add(buffer);
        }
        assertThat(budget.inUseBytes()).isEqualTo(held);

        // When all are given back
        taken.forEach(pool::release);

        // Then nothing is counted
        assertThat(budget.inUseBytes()).isZero();
        assertThat(pool.outstanding()).isZero();
    }

    @Test
    void givingBackTwiceIsAFault() {
        PooledBuffer buffer = pool.take(100);
        pool.release(buffer);
        assertThatThrownBy(() -> pool.release(buffer)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void useAfterGivingBackIsAFault() {
        // Given a buffer that someone still writes to after it was given back
        PooledBuffer buffer = pool.take(100);
        ByteBuffer kept = buffer.bytes.duplicate();
        pool.release(buffer);
        assertThat(kept.get(0)).isEqualTo((byte) 0xDB);
        kept.put(5, (byte) 1);

        // When the next owner takes it, Then it shows
        assertThatThrownBy(() -> pool.take(100)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void largeBuffersGivenBackAtTheEndAreUnmapped() {
        PooledBuffer large = pool.take(1 << 20);
        pool.close();
        pool.release(large);
        assertThatThrownBy(() -> large.bytes.get(0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void oneConnectionAtATimePassesAFullBudget() {
        // Given a full budget
        budget.take(2 << 20);

        // Then the first passes, the second does not, until the first has ended its pass
        assertThat(budget.mayRead(1, true)).isTrue();
        assertThat(budget.mayRead(2, true)).isFalse();
        assertThat(budget.mayRead(1, false)).isFalse();
        budget.startWaiting();
        assertThat(budget.endPass(2)).isFalse();
        assertThat(budget.endPass(1)).isTrue();
        assertThat(budget.mayGrow(2, 1, true)).isTrue();

        // And giving enough back tells the waiters, once
        assertThat(budget.giveBack(1 << 20)).isTrue();
        assertThat(budget.giveBack(1)).isFalse();
        assertThat(budget.giveBack(1 << 19)).isTrue();
        assertThat(budget.giveBack(1)).isFalse();
    }

    @Test
    void whatPassesDoesNotTakeTheRoomOfSmallRequests() {
        // Given a large frame that passes a budget that was nearly full
        budget.take(1_000_000);
        assertThat(budget.mayGrow(1, 50 << 20, true)).isTrue();
        budget.take(50 << 20);

        // Then others may read, but not grow
        assertThat(budget.mayRead(2, true)).isTrue();
        assertThat(budget.mayGrow(2, 100_000, true)).isFalse();

        // And nobody reads once the reserve is gone too
        budget.take(200_000);
        assertThat(budget.mayRead(2, true)).isFalse();
    }
}
