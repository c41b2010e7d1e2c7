package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.record.BatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TransactionTest {
    static ByteBuffer marker(long producerId, int epoch, boolean commit, long timestampMs) {
        ByteBuffer key = ByteBuffer.allocate(4)
                .putShort((short) 0)
                .putShort((short) (commit ? 1 : 0))
                .flip();
        ByteBuffer value = ByteBuffer.allocate(6).putShort((short) 0).putInt(3).flip();
        return new BatchBuilder()
                .producer(producerId, (short) epoch, -1)
                .transactional()
                .control()
                .append(timestampMs, key, value)
                .build();
    }

    private static ByteBuffer data(long producerId, int sequence) {
        return TestFolder.fill(
                        new BatchBuilder()
                                .producer(producerId, (short) 0, sequence)
                                .transactional(),
                        1000,
                        "t")
                .build();
    }

    @Test
    void theLastStableOffsetWaitsForTheEarliestOpenTransaction() throws IOException {
        for (boolean killed : new boolean[] {false, true}) {
            // Given two overlapping transactions, of which the first is aborted and the second open
            SimulatedFiles files = new SimulatedFiles();
            TestFolder test = new TestFolder(files, Path.of("/data"), TestFolder.small(100_000));
            test.append(TestFolder.batch(1000, "plain"));
            test.append(data(1, 0));
            test.append(data(2, 0));
            assertThat(test.log().lastStableOffset()).isEqualTo(1);
            test.append(marker(1, 0, false, 1000));
            assertThat(test.log().lastStableOffset()).isEqualTo(2);

            // When the process stops, in order or not
            if (killed) {
                files.killed();
                test.open();
                test.log().advanceHighWatermark(4);
            } else {
                test.restart();
            }

            // Then the same is known
            assertThat(test.log().lastStableOffset()).isEqualTo(2);
            assertThat(test.log().abortedTransactions(0, 4)).containsExactly(new AbortedTransaction(1, 1, 3, 2));
            assertThat(test.log().abortedTransactions(0, 1)).isEmpty();
            test.append(marker(2, 0, true, 1000));
            assertThat(test.log().lastStableOffset()).isEqualTo(5);
        }
    }
}
