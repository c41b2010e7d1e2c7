package dev.ottla.log.compact;

import dev.ottla.record.BatchHeader;
import dev.ottla.record.Compression;
import dev.ottla.record.RecordCursor;
import java.nio.ByteBuffer;

/** Walks the dirty part of a log and puts the keys of what is not aborted into the map. */
public final class OffsetMapFiller implements AutoCloseable {
    private final OffsetMap map;
    private final CleanedTransactions transactions;
    private final long fromOffset;
    private final Compression compression = new Compression();
    private final RecordCursor records = new RecordCursor();

    /** @param fromOffset where the dirty part begins */
    public OffsetMapFiller(OffsetMap map, CleanedTransactions transactions, long fromOffset) {
        this.map = map;
        this.transactions = transactions;
        this.fromOffset = fromOffset;
    }

    /**
     * Takes the next batch.
     *
     * @return false when the map is full: nothing beyond {@link OffsetMap#latestOffset} has been looked at then
     * @throws dev.ottla.base.OttlaException when its records cannot be read
     */
    public boolean add(ByteBuffer batch, int at) {
        boolean discarded = transactions.mayDiscard(batch, at);
        if (!discarded && !BatchHeader.isControl(batch, at) && BatchHeader.lastOffset(batch, at) >= fromOffset) {
            records.open(batch, at, compression);
            while (records.next()) {
                if (records.keySize() < 0 || records.offset() < fromOffset) {
                    continue;
                }
                if (map.isFull()) {
                    return false;
                }
                map.put(records.buffer(), records.keyAt(), records.keySize(), records.offset());
            }
        }
        if (BatchHeader.lastOffset(batch, at) >= fromOffset) {
            map.reach(BatchHeader.lastOffset(batch, at));
        }
        return true;
    }

    @Override
    public void close() {
        compression.close();
    }
}
