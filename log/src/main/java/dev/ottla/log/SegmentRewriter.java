package dev.ottla.log;

import dev.ottla.base.FileHandle;
import dev.ottla.log.compact.AbortedSpan;
import dev.ottla.log.compact.BatchFilter;
import dev.ottla.log.compact.CleanedTransactions;
import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes what a filter leaves of some segments into a new one, whose files nobody reads yet, and forces it. */
final class SegmentRewriter {
    /** Written bytes are forced in such portions, so that no single force holds the disk for long. */
    private static final int FORCE_EVERY_BYTES = 8 << 20;

    private final LogState state;
    private final CleanerPace.Runner pace;
    private final ByteBuffer out;

    SegmentRewriter(LogState state, CleanerPace.Runner pace, int bufferBytes) {
        this.state = state;
        this.pace = pace;
        this.out = ByteBuffer.allocate(bufferBytes);
    }

    /**
     * The new segment, named {@code .cleaned}, whole and forced.
     *
     * @param transactions the filter's
     */
    Segment rewrite(SegmentGroups.Group group, BatchReader reader, BatchFilter filter, CleanedTransactions transactions)
            throws IOException {
        SegmentNames names =
                new SegmentNames(state.folder, group.segments().getFirst().baseOffset(), SegmentNames.CLEANED);
        SegmentState fresh =
                SegmentState.fresh(group.segments().getLast().times().createdMs(), 0);
        Segment cleaned = new Segment(state.environment.files(), names, fresh, true);
        FileHandle handle = cleaned.file().acquire();
        if (handle == null) {
            throw new IOException("The new segment " + names.log() + " is retired");
        }
        try {
            transactions.keepIn(span -> append(cleaned, span));
            new Pass(cleaned, handle).run(group, reader, filter, transactions);
        } finally {
            cleaned.file().release();
        }
        cleaned.seal(new ForcedEach(state.environment.files()));
        return cleaned;
    }

    /** The aborted transactions with records in a part of the log. */
    static List<AbortedSpan> abortedIn(LogState state, long from, long toExclusive) throws IOException {
        List<AbortedTransaction> found = TransactionIndex.collect(state.segments, from, toExclusive);
        if (found == null) {
            throw new CleaningStoppedException("Segments of " + state.partition + " were retired");
        }
        return found.stream()
                .map(it -> new AbortedSpan(it.producerId(), it.firstOffset(), it.lastOffset(), it.lastStableOffset()))
                .toList();
    }

    private static void append(Segment cleaned, AbortedSpan span) {
        try {
            cleaned.aborted()
                    .append(new AbortedTransaction(
                            span.producerId(), span.firstOffset(), span.lastOffset(), span.lastStableOffset()));
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
    }

    /** One new segment in the making. */
    private final class Pass {
        private final Segment cleaned;
        private final FileHandle handle;
        private int written;
        private int forced;

        Pass(Segment cleaned, FileHandle handle) {
            this.cleaned = cleaned;
            this.handle = handle;
            out.clear();
        }

        void run(SegmentGroups.Group group, BatchReader reader, BatchFilter filter, CleanedTransactions transactions)
                throws IOException {
            try {
                for (int i = 0; i < group.segments().size(); i++) {
                    Segment segment = group.segments().get(i);
                    transactions.expect(abortedIn(state, segment.baseOffset(), group.endOf(i)));
                    boolean _ = reader.read(segment, 0, pace, (buffer, at) -> {
                        add(filter.filter(buffer, at));
                        return true;
                    });
                }
            } catch (UncheckedIOException trouble) {
                throw new IOException("Writing the transaction index of " + state.partition, trouble.getCause());
            }
            flush();
            cleaned.loaded(group.endOffset(), written);
        }

        private void add(@Nullable ByteBuffer left) throws IOException {
            if (left == null) {
                return;
            }
            int bytes = left.remaining();
            if (bytes > Integer.MAX_VALUE - written - out.position()) {
                throw new IllegalStateException(
                        "A segment of " + state.partition + " would grow beyond 2 GiB by cleaning");
            }
            if (bytes > out.remaining()) {
                flush();
            }
            cleaned.files().makeRoomInIndexes();
            int from = left.position();
            cleaned.note(
                    BatchHeader.lastOffset(left, from),
                    BatchHeader.maxTimestampMs(left, from),
                    written + out.position(),
                    bytes,
                    state.config.indexIntervalBytes());
            if (bytes > out.capacity()) {
                write(left);
            } else {
                out.put(left);
            }
        }

        private void flush() throws IOException {
            write(out.flip());
            out.clear();
        }

        private void write(ByteBuffer bytes) throws IOException {
            int count = bytes.remaining();
            if (count == 0) {
                return;
            }
            handle.write(bytes, written);
            written += count;
            if (written - forced >= FORCE_EVERY_BYTES) {
                Forces.force(handle);
                forced = written;
            }
            pace.spent(count);
        }
    }
}
