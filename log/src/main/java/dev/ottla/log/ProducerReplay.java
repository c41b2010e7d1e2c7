package dev.ottla.log;

import dev.ottla.base.FileHandle;
import dev.ottla.base.Files;
import dev.ottla.log.producer.CompletedTransaction;
import dev.ottla.log.producer.ProducerSnapshot;
import dev.ottla.log.producer.ProducerStates;
import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rebuilds the producers' state of a log: the latest snapshot, then the batches after it. */
final class ProducerReplay {
    private static final Logger LOG = LoggerFactory.getLogger(ProducerReplay.class);

    private final Files files;
    private final FolderListing found;
    private final long nowMs;
    private final long expirationMs;

    /** @param found what is in the log's folder */
    ProducerReplay(LogEnvironment environment, FolderListing found) {
        this.files = environment.files();
        this.found = found;
        this.nowMs = environment.clock().wallMs();
        this.expirationMs = environment.settings().producerIdExpirationMs();
    }

    /**
     * @param rebuildFrom batches from there on have their aborted transactions entered in the transaction indexes again, which are empty;
     *     Long.MAX_VALUE for none
     */
    void run(SegmentList segments, long logEnd, long rebuildFrom, ProducerStates into) throws IOException {
        long at = loadSnapshot(Math.min(logEnd, rebuildFrom), into);
        if (at >= logEnd) {
            return;
        }
        for (int i = segments.floor(at); i < segments.size(); i++) {
            Segment segment = segments.get(i);
            replay(segment, at, into, aborted -> {
                if (aborted.lastOffset() >= rebuildFrom) {
                    segment.aborted().append(aborted);
                }
            });
        }
    }

    /** The producers as of the beginning of a segment: what follows comes from {@link #scannedInto}, so that nothing is read twice. */
    void before(SegmentList segments, int index, ProducerStates into) throws IOException {
        long at = loadSnapshot(segments.get(index).baseOffset(), into);
        for (int i = segments.floor(at); i < index; i++) {
            replay(segments.get(i), at, into, aborted -> {});
        }
    }

    /** Takes the batches of a segment whose transaction index is empty and is filled again. */
    IndexRebuild.Noted scannedInto(ProducerStates into) {
        return (segment, handle, position, batch, at) -> {
            CompletedTransaction completed = apply(handle, position, batch, at, into);
            if (completed != null && completed.aborted()) {
                segment.aborted().append(AbortedTransaction.of(completed));
            }
        };
    }

    /** The transactions aborted by markers in the last of the segments, all of which have their offset indexes. */
    List<AbortedTransaction> abortedInLast(SegmentList segments) throws IOException {
        List<AbortedTransaction> found = new ArrayList<>();
        ProducerStates producers = new ProducerStates();
        long base = segments.active().baseOffset();
        long at = loadSnapshot(base, producers);
        for (int i = segments.floor(at); i < segments.size(); i++) {
            replay(segments.get(i), at, producers, aborted -> {
                if (aborted.lastOffset() >= base) {
                    found.add(aborted);
                }
            });
        }
        return found;
    }

    private interface AbortedVisitor {
        void aborted(AbortedTransaction transaction) throws IOException;
    }

    private long loadSnapshot(long atMost, ProducerStates into) throws IOException {
        NavigableMap<Long, Path> snapshots =
                found.ofOffsets(SegmentNames.SNAPSHOT).headMap(atMost, true);
        while (!snapshots.isEmpty()) {
            Path file = snapshots.lastEntry().getValue();
            try {
                into.load(ProducerSnapshot.decode(files.readAll(file), nowMs, expirationMs));
                return snapshots.lastKey();
            } catch (IOException unreadable) {
                LOG.warn("Cannot read {}; an older one and the log will do", file, unreadable);
                files.deleteIfExists(file);
                snapshots.pollLastEntry();
            }
        }
        into.load(List.of());
        return 0;
    }

    private void replay(Segment segment, long from, ProducerStates into, AbortedVisitor visitor) throws IOException {
        FileHandle handle = segment.file().acquire();
        if (handle == null) {
            throw new IOException("Segment " + segment.baseOffset() + " is retired");
        }
        ByteBuffer scratch = ScratchBuffers.take();
        try {
            long end = segment.end();
            int position = segment.positionOf(from, handle, scratch, end);
            HeaderCursor cursor = segment.cursor(handle, scratch, position, Segment.sizeOf(end));
            while (cursor.look()) {
                CompletedTransaction completed =
                        apply(handle, cursor.position(), cursor.window(), cursor.windowAt(), into);
                if (completed != null && completed.aborted()) {
                    visitor.aborted(AbortedTransaction.of(completed));
                }
                cursor.step();
            }
        } finally {
            ScratchBuffers.giveBack(scratch);
            segment.file().release();
        }
    }

    private @Nullable CompletedTransaction apply(
            FileHandle handle, int position, ByteBuffer header, int headerAt, ProducerStates into) throws IOException {
        if (BatchHeader.producerId(header, headerAt) < 0) {
            return null;
        }
        ByteBuffer batch = header;
        int at = headerAt;
        long timestampMs = BatchHeader.maxTimestampMs(batch, at);
        if (BatchHeader.isControl(batch, at)) {
            // The marker's content may lie beyond what is in memory.
            batch = ByteBuffer.allocate(BatchHeader.sizeBytes(header, headerAt));
            at = 0;
            Segment.readFully(handle, batch, position);
        }
        boolean recent = timestampMs <= nowMs && nowMs - timestampMs < expirationMs;
        return into.apply(batch, at, timestampMs, recent ? timestampMs : nowMs);
    }
}
