package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.log.inspect.BatchInfo;
import dev.ottla.log.inspect.BatchScan;
import dev.ottla.log.inspect.Damage;
import dev.ottla.log.inspect.LogFile;
import dev.ottla.record.BatchBuilder;
import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a scan goes on behind damage, and what it makes of header fields that no checksum covers. */
class BatchScanTest {
    private static final Path LOG = Path.of("/data/orders-3/00000000000000000000.log");
    private static final int BATCHES = 5;

    private final SimulatedFiles files = new SimulatedFiles();
    private final List<Long> whole = new ArrayList<>();
    private final List<Damage> damages = new ArrayList<>();
    private byte[] content = new byte[0];
    private int batchBytes;

    @BeforeEach
    void fiveBatchesOfTwoRecords() throws IOException {
        files.createFolders(LOG.getParent());
        files.open(LOG, true).close();
        for (int i = 0; i < BATCHES; i++) {
            add(batch(2L * i, "first", "second"));
        }
        batchBytes = content.length / BATCHES;
    }

    private void add(ByteBuffer batch) {
        byte[] longer = Arrays.copyOf(content, content.length + batch.remaining());
        batch.get(batch.position(), longer, content.length, batch.remaining());
        content = longer;
    }

    private static ByteBuffer batch(long baseOffset, String... values) {
        return TestFolder.fill(new BatchBuilder().baseOffset(baseOffset).leaderEpoch(3), 1000, values)
                .build();
    }

    private void flip(int batch, int at, int bit) {
        content[batch * batchBytes + at] ^= (byte) (1 << bit);
    }

    private void scan() throws IOException {
        files.put(LOG, content);
        try (LogFile file = LogFile.open(files, LOG)) {
            new BatchScan(file, BatchScan.Bounds.from(0)).run(new BatchScan.Visitor() {
                @Override
                public void batch(BatchInfo batch) {
                    whole.add(batch.baseOffset());
                }

                @Override
                public void damage(Damage damage) {
                    damages.add(damage);
                }
            });
        }
    }

    private void assertRestored(long baseOffset) {
        assertThat(damages)
                .singleElement()
                .satisfies(damage ->
                        assertThat(damage.restored()).isEqualTo(new Damage.Restored(baseOffset, batchBytes, 3)));
        assertThat(whole).hasSize(BATCHES - 1);
    }

    @Test
    void anOffsetThatIsTooHighIsTheFaultOfItsBatchAndNotOfTheNext() throws IOException {
        flip(2, BatchHeader.BASE_OFFSET_AT + 5, 0);
        scan();
        assertRestored(4);
    }

    @Test
    void anOffsetThatIsTooLowIsPutRight() throws IOException {
        flip(2, BatchHeader.BASE_OFFSET_AT + 7, 2);
        scan();
        assertRestored(4);
    }

    @Test
    void aLengthAndAMagicArePutRight() throws IOException {
        flip(2, BatchHeader.LENGTH_AT + 3, 4);
        flip(2, BatchHeader.MAGIC_AT, 1);
        scan();
        assertRestored(4);
    }

    @Test
    void anEpochIsPutRightEvenBesideDamage() throws IOException {
        // Given a batch with a wrong epoch, and one whose records are damaged behind it
        flip(2, BatchHeader.LEADER_EPOCH_AT, 5);
        flip(3, BatchHeader.SIZE_BYTES + 3, 1);

        scan();

        assertThat(whole).containsExactly(0L, 2L, 8L);
        assertThat(damages).hasSize(2);
        assertThat(damages.get(0).restored()).isEqualTo(new Damage.Restored(4, batchBytes, 3));
        assertThat(damages.get(1).restored()).isNull();
        assertThat(damages.get(1).firstOffset()).isEqualTo(6);
        assertThat(damages.get(1).lastOffset()).isEqualTo(7);
    }

    @Test
    void whatARecordHoldsIsNotTakenForABatch() throws IOException {
        // Given a batch whose one record is a batch that might stand there, and its checksum is damaged
        ByteBuffer hidden = batch(10, "hidden");
        ByteBuffer outer = new BatchBuilder()
                .baseOffset(10)
                .leaderEpoch(3)
                .append(1000, null, hidden)
                .build();
        int outerAt = content.length;
        add(outer);
        add(batch(11, "after"));
        content[outerAt + BatchHeader.CRC_AT] ^= 1;

        scan();

        assertThat(whole).containsExactly(0L, 2L, 4L, 6L, 8L, 11L);
        assertThat(damages).singleElement().satisfies(damage -> {
            assertThat(damage.endPosition()).isEqualTo(outerAt + outer.remaining());
            assertThat(damage.firstOffset()).isEqualTo(10);
            assertThat(damage.lastOffset()).isEqualTo(10);
        });
    }

    @Test
    void theWholeBatchBehindDamageIsTheFirstOne() throws IOException {
        // Given a damaged batch whose length now leads over the next one
        content[batchBytes + BatchHeader.LENGTH_AT + 3] += (byte) batchBytes;
        content[batchBytes + BatchHeader.SIZE_BYTES + 2] ^= 1;

        scan();

        assertThat(whole).containsExactly(0L, 4L, 6L, 8L);
    }
}
