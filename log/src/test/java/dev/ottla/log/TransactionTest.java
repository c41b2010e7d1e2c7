package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.record.BatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
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
            assertThat(test.log().producers().aborted(0, 4)).containsExactly(new AbortedTransaction(1, 1, 3, 2));
            assertThat(test.log().producers().aborted(0, 1)).isEmpty();
            test.append(marker(2, 0, true, 1000));
            assertThat(test.log().lastStableOffset()).isEqualTo(5);
        }
    }

    @Test
    void theLastStableOffsetIsNeverBelowTheStartOfTheLog() throws IOException {
        // Given a transaction that is open, and records behind it
        SimulatedFiles files = new SimulatedFiles();
        TestFolder test = new TestFolder(files, Path.of("/data"), TestFolder.small(100_000));
        test.append(data(1, 0));
        test.append(TestFolder.batch(1000, "plain", "plain"));
        assertThat(test.log().lastStableOffset()).isZero();

        // When its records are deleted
        test.log().deleteRecords(2);

        // Then nothing below the log's start is called stable, and nothing above it either until the end
        assertThat(test.log().lastStableOffset()).isEqualTo(2);
        test.restart();
        assertThat(test.log().lastStableOffset()).isEqualTo(2);
        test.append(marker(1, 0, true, 1000));
        assertThat(test.log().lastStableOffset()).isEqualTo(4);
    }

    @Test
    void anIndexThatIsMadeAnewKeepsTheAbortedTransactions() throws IOException {
        for (boolean killed : new boolean[] {false, true}) {
            for (String lost :
                    new String[] {"index", "timeindex", "index,txnindex", "index,snapshots,txnindex", "epochs"}) {
                // Given sealed segments, of which a later one has the marker that aborts what began in the first
                SimulatedFiles files = new SimulatedFiles();
                TestFolder test = new TestFolder(files, Path.of("/data"), TestFolder.small(1000));
                test.append(data(1, 0));
                fill(test);
                test.append(data(1, 1));
                test.append(marker(1, 0, false, 1000));
                long marker = test.log().endOffset() - 1;
                fill(test);
                test.runAll();
                List<AbortedTransaction> known = test.log().producers().aborted(0, marker + 1);
                assertThat(known).containsExactly(new AbortedTransaction(1, 0, marker, marker + 1));
                test.log().flush();

                // When files beside the segments are gone at the next start
                if (killed) {
                    test.folder.checkpoint();
                    files.killed();
                } else {
                    test.folder.close(-1);
                }
                delete(files, test.partitionPath(), lost);
                test.open();

                // Then readers of what is committed are told the same, also at the start after that
                String what = lost + " killed " + killed;
                assertThat(test.log().producers().aborted(0, marker + 1))
                        .as(what)
                        .isEqualTo(known);
                files.killed();
                test.open();
                assertThat(test.log().producers().aborted(0, marker + 1))
                        .as(what)
                        .isEqualTo(known);
            }
        }
    }

    private static void fill(TestFolder test) throws IOException {
        for (int i = 0; i < 40; i++) {
            test.append(TestFolder.batch(1000 + i, "plain " + i));
        }
    }

    private static void delete(SimulatedFiles files, Path folder, String lost) throws IOException {
        for (Path file : files.list(folder)) {
            String name = String.valueOf(file.getFileName());
            boolean gone = List.of(lost.split(",")).contains(name.substring(name.lastIndexOf('.') + 1))
                    || (lost.contains("snapshots") && name.endsWith(".snapshot"))
                    || (lost.equals("epochs") && name.equals("leader-epoch-checkpoint"));
            if (gone) {
                files.deleteIfExists(file);
            }
        }
    }
}
