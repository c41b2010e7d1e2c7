package dev.ottla.log.journal;

import dev.ottla.base.FileHandle;
import dev.ottla.base.Files;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a journal from its oldest needed file to its end, and tells a torn, never acknowledged end from damage: every group is forced before the next
 * is written, so whatever was written or is known durable after a group that cannot be read proves that it was whole once.
 */
final class JournalReader {
    private static final Logger LOG = LoggerFactory.getLogger(JournalReader.class);

    static final long UNKNOWN = -1;

    private final Files files;
    private final FoundJournal journal;
    private final JournalVisitor visitor;
    private final boolean first;
    private final long knownEnd;
    private final JournalEntry entry = new JournalEntry();
    private long expectedLsn;

    /**
     * @param first whether to force what was accepted, and to report what was cut
     * @param knownEnd the last LSN, as an earlier reading has proven it: what lies behind is not looked at again; else {@link #UNKNOWN}
     */
    JournalReader(Files files, FoundJournal journal, JournalVisitor visitor, boolean first, long knownEnd) {
        this.first = first;
        this.files = files;
        this.journal = journal;
        this.visitor = visitor;
        this.knownEnd = knownEnd;
    }

    /** The last LSN. */
    long read() throws IOException {
        List<StoredFile> needed = journal.needed();
        RecoveryPointsFile points = journal.points();
        if (needed.isEmpty()) {
            return points.durableLsn();
        }
        StoredFile oldest = needed.getFirst();
        expectedLsn = oldest.header().firstLsn();
        if (expectedLsn > points.neededFromLsn()) {
            throw new DamagedJournalException(
                    oldest.path(),
                    0,
                    points.neededFromLsn(),
                    "it begins at LSN " + expectedLsn + ", after what is needed");
        }
        for (int i = 0; i < needed.size(); i++) {
            boolean isLast = i == needed.size() - 1;
            readFile(needed.get(i), isLast ? null : needed.get(i + 1));
        }
        return expectedLsn - 1;
    }

    private void readFile(StoredFile file, @Nullable StoredFile next) throws IOException {
        try (FileHandle handle = files.openReadOnly(file.path());
                Arena memory = Arena.ofConfined()) {
            GroupReader reader = new GroupReader(memory, handle, file.header());
            long position = Blocks.BYTES;
            while (!isAtKnownEnd() && reader.read(position)) {
                position += visit(file, position, reader.bytes());
            }
            if (next == null && !isAtKnownEnd()) {
                proveEnd(file, reader, position);
                requireKnownEnd(file, position);
                if (first) {
                    handle.force(false);
                }
            } else if (next != null && next.header().firstLsn() != expectedLsn) {
                throw new DamagedJournalException(
                        file.path(),
                        position,
                        expectedLsn,
                        "it ends here, but the next file begins at LSN "
                                + next.header().firstLsn());
            }
        }
    }

    private boolean isAtKnownEnd() {
        return expectedLsn - 1 == knownEnd;
    }

    private void requireKnownEnd(StoredFile file, long position) throws DamagedJournalException {
        if (knownEnd != UNKNOWN) {
            throw new DamagedJournalException(
                    file.path(), position, expectedLsn, "it was whole up to LSN " + knownEnd + " a moment ago");
        }
    }

    private void proveEnd(StoredFile file, GroupReader reader, long end) throws IOException {
        long mark = durableMark();
        if (mark >= expectedLsn) {
            throw new DamagedJournalException(
                    file.path(),
                    end,
                    expectedLsn,
                    "there is no whole group, but all up to LSN " + mark + " was durable");
        }
        long capacity = file.header().capacityBytes();
        for (long at = end + Blocks.BYTES; at + Blocks.BYTES <= capacity; at += Blocks.BYTES) {
            if (reader.read(at)) {
                throw new DamagedJournalException(
                        file.path(),
                        end,
                        expectedLsn,
                        "there is no whole group, but there is a later one at position " + at);
            }
        }
        if (first && reader.resemblesGroup(end, expectedLsn)) {
            LOG.warn(
                    "The journal ends with a group that is not whole, in {} at position {} (LSN {}): left out, it was not acknowledged",
                    file.path(),
                    end,
                    expectedLsn);
        }
    }

    private long durableMark() {
        long mark = journal.points().durableLsn();
        for (RecoveryPoint point : journal.points().points()) {
            mark = Math.max(mark, point.lsn());
        }
        return mark;
    }

    private long visit(StoredFile file, long position, ByteBuffer group) throws IOException {
        if (GroupHeader.firstLsn(group) != expectedLsn) {
            throw new DamagedJournalException(
                    file.path(), position, expectedLsn, "the group here begins at LSN " + GroupHeader.firstLsn(group));
        }
        int at = GroupHeader.BYTES;
        int end = GroupHeader.BYTES + GroupHeader.bodyBytes(group);
        for (int i = 0; i < GroupHeader.entries(group); i++) {
            int payloadBytes = end - at < EntryFormat.HEADER_BYTES ? -1 : EntryFormat.payloadBytes(group, at);
            if (payloadBytes < 0
                    || payloadBytes > end - at - EntryFormat.HEADER_BYTES
                    || !entry.show(group, at, expectedLsn)) {
                throw new DamagedJournalException(
                        file.path(), position + at, expectedLsn, "the entry here makes no sense");
            }
            entry.standsIn(file.path(), position + at);
            if (expectedLsn >= journal.points().neededFromLsn()) {
                visitor.entry(entry);
            }
            expectedLsn++;
            at += EntryFormat.HEADER_BYTES + payloadBytes;
        }
        if (at != end) {
            throw new DamagedJournalException(
                    file.path(), position + at, expectedLsn, "the group goes on after its entries");
        }
        return GroupHeader.totalBytes(GroupHeader.bodyBytes(group));
    }
}
