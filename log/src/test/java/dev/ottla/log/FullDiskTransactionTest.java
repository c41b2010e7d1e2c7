package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.record.BatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A full disk that has no room for one entry of a transaction index costs nothing but that entry's place, for a while. */
class FullDiskTransactionTest {
    private final SimulatedFiles files = new SimulatedFiles();

    private static ByteBuffer data(int sequence) {
        BatchBuilder builder =
                new BatchBuilder().producer(5, (short) 0, sequence).transactional();
        return TestFolder.fill(builder, 1_700_000_000_000L, "value").build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"closed in order", "killed"})
    void anAbortedTransactionStaysAborted(String end) throws IOException {
        // Given two transactions, and a disk that is full when the first is aborted
        TestFolder test = new TestFolder(files, Path.of("/data"), TestFolder.small(100_000), 1 << 20);
        test.append(data(0));
        files.step = (change, path) -> {
            if (change.equals("write") && path.toString().endsWith(".txnindex")) {
                throw new IOException("No space left on device");
            }
        };
        AppendResult first = test.append(TransactionTest.marker(5, 0, false, test.nowMs));

        // When there is room again, and the second one is aborted
        assertThat(test.log().producers().aborted(0, 2)).hasSize(1);
        files.step = (change, path) -> {};
        test.append(data(1));
        AppendResult second = test.append(TransactionTest.marker(5, 0, false, test.nowMs));
        test.commit();

        // Then the folder works, and both are known to be aborted, before and after a start
        assertThat(test.folder.failure()).isNull();
        assertThat(test.log().producers().aborted(0, 4))
                .extracting(AbortedTransaction::lastOffset)
                .containsExactly(first.lastOffset(), second.lastOffset());
        if (end.equals("killed")) {
            files.killed();
            test.open();
        } else {
            test.restart();
        }
        assertThat(test.log().producers().aborted(0, 4))
                .extracting(AbortedTransaction::lastOffset)
                .containsExactly(first.lastOffset(), second.lastOffset());
    }
}
