package dev.ottla.broker.data;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.FileSlice;
import dev.ottla.base.TopicId;
import dev.ottla.log.AbortedTransaction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One partition's part of a Fetch: what was asked, as it stood when the request came, and what was found. Owned by the one thread that
 * serves the request; the records it holds are closed by {@link #clear} or given away by {@link #takeRecords}.
 */
final class PartitionRead {
    private final FetchPartition asked;
    private final long fetchOffset;
    private final int currentLeaderEpoch;
    private final int lastFetchedEpoch;
    private final int maxBytes;

    private ErrorCode error = ErrorCode.NONE;
    private boolean unresolved;
    private boolean listsAborted;
    private List<AbortedTransaction> aborted = List.of();
    private long highWatermark = -1;
    private long lastStableOffset = -1;
    private long logStartOffset = -1;
    private int divergingEpoch = -1;
    private long divergingEndOffset = -1;
    private int leaderId = -1;
    private int leaderEpoch = -1;
    private @Nullable FileSlice records;
    private int recordsSizeBytes;

    PartitionRead(FetchPartition asked) {
        this.asked = asked;
        fetchOffset = asked.fetchOffset();
        currentLeaderEpoch = asked.currentLeaderEpoch();
        lastFetchedEpoch = asked.lastFetchedEpoch();
        maxBytes = asked.maxBytes();
    }

    /** Forgets what was found and closes the records, for another read or because nobody wants them any more. */
    void clear() {
        FileSlice held = records;
        records = null;
        recordsSizeBytes = 0;
        failed(ErrorCode.NONE);
        if (held != null) {
            held.close();
        }
    }

    /** The partition is there; these are its offsets now. */
    void offsets(long high, long stable, long logStart) {
        highWatermark = high;
        lastStableOffset = stable;
        logStartOffset = logStart;
    }

    void failed(ErrorCode code) {
        error = code;
        unresolved = false;
        listsAborted = false;
        aborted = List.of();
        offsets(-1, -1, -1);
        divergesAt(-1, -1);
        leader(-1, -1);
    }

    /** The topic or partition is not known here: unlike a failed read, that is no reason to answer at once. */
    void unresolved(ErrorCode code) {
        failed(code);
        unresolved = true;
        listsAborted = true;
    }

    /** Aborted transactions are told, if only that there are none: to read_committed fetchers. */
    void listsAborted() {
        listsAborted = true;
    }

    void divergesAt(int epoch, long endOffset) {
        divergingEpoch = epoch;
        divergingEndOffset = endOffset;
    }

    void leader(int id, int epoch) {
        leaderId = id;
        leaderEpoch = epoch;
    }

    /** Transactions that a reader of committed records leaves out, by first offset. */
    void aborted(List<AbortedTransaction> transactions) {
        aborted = transactions;
    }

    void found(FileSlice slice) {
        records = slice;
        recordsSizeBytes = slice.sizeBytes();
    }

    /** The records, now the caller's to close; their size stays. */
    @Nullable
    FileSlice takeRecords() {
        FileSlice taken = records;
        records = null;
        return taken;
    }

    @Nullable
    FileSlice records() {
        return records;
    }

    FetchPartition asked() {
        return asked;
    }

    String topic() {
        return asked.topic();
    }

    TopicId topicId() {
        return asked.topicId();
    }

    int partition() {
        return asked.partition();
    }

    long fetchOffset() {
        return fetchOffset;
    }

    int currentLeaderEpoch() {
        return currentLeaderEpoch;
    }

    int lastFetchedEpoch() {
        return lastFetchedEpoch;
    }

    int maxBytes() {
        return maxBytes;
    }

    ErrorCode error() {
        return error;
    }

    boolean isUnresolved() {
        return unresolved;
    }

    /** -1 for "not told". */
    int abortedTransactionCount() {
        return listsAborted ? aborted.size() : -1;
    }

    List<AbortedTransaction> abortedTransactions() {
        return aborted;
    }

    long highWatermark() {
        return highWatermark;
    }

    long lastStableOffset() {
        return lastStableOffset;
    }

    long logStartOffset() {
        return logStartOffset;
    }

    boolean diverges() {
        return divergingEpoch >= 0 || divergingEndOffset >= 0;
    }

    int divergingEpoch() {
        return divergingEpoch;
    }

    long divergingEndOffset() {
        return divergingEndOffset;
    }

    int leaderId() {
        return leaderId;
    }

    int leaderEpoch() {
        return leaderEpoch;
    }

    int recordsSizeBytes() {
        return recordsSizeBytes;
    }
}
