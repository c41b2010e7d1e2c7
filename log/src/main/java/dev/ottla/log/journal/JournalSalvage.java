package dev.ottla.log.journal;

import dev.ottla.base.FileHandle;
import dev.ottla.base.Files;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is whole of a damaged journal, and says where something is missing. A group counts only with its checksum, its file's generation and salt,
 * and an LSN after those before it. Changes nothing.
 */
public final class JournalSalvage {
    private final Files files;
    private final Path folder;
    private final RecoveryPointsFile points;
    private final JournalEntry entry = new JournalEntry();
    private List<Gap> gaps = new ArrayList<>();
    private long expectedLsn;
    private boolean begun;
    private Path wholeFile;
    private long wholePosition;

    /**
     * Entries that cannot be read.
     *
     * @param file where what is whole ends
     * @param firstLsn of the first one missing
     * @param nextLsn the first one after them that was written; -1 when that is not known; firstLsn when no needed one is missing
     */
    public record Gap(Path file, long position, long firstLsn, long nextLsn) {
        /** Whether an entry at or above an LSN may be missing. */
        public boolean mayHold(long lsn) {
            return nextLsn < 0 || nextLsn > Math.max(firstLsn, lsn);
        }
    }

    public interface Visitor {
        /** @param gapsBefore how often something was missing up to here */
        void entry(JournalEntry entry, int gapsBefore) throws IOException;
    }

    private JournalSalvage(Files files, Path folder, RecoveryPointsFile points) {
        this.files = files;
        this.folder = folder;
        this.points = points;
        this.wholeFile = StoredFile.path(folder, points.oldestGeneration());
    }

    /** @throws DamagedJournalException when the recovery points are damaged, without which no entry has a meaning */
    public static JournalSalvage open(Files files, Path dataFolder) throws IOException {
        Path folder = dataFolder.resolve(JournalSettings.FOLDER);
        return new JournalSalvage(files, folder, FoundJournal.points(files, folder));
    }

    public List<RecoveryPoint> recoveryPoints() {
        return points.points();
    }

    /** Shows every entry that is needed and whole, from the oldest on; answers what is missing between and after them. */
    public List<Gap> read(Visitor visitor) throws IOException {
        gaps = new ArrayList<>();
        expectedLsn = points.neededFromLsn();
        begun = false;
        wholeFile = StoredFile.path(folder, points.oldestGeneration());
        wholePosition = 0;
        if (files.isFolder(folder)) {
            readFiles(visitor);
        }
        if (gaps.isEmpty()) {
            findHarmless();
        }
        return gaps;
    }

    /** Damage that has no needed entry in it stops a start all the same. */
    private void findHarmless() throws IOException {
        try {
            new JournalReader(files, FoundJournal.in(files, folder), ignored -> {}, false, JournalReader.UNKNOWN)
                    .read();
        } catch (DamagedJournalException damage) {
            gaps.add(new Gap(damage.file(), damage.position(), damage.lsn(), damage.lsn()));
        }
    }

    private void readFiles(Visitor visitor) throws IOException {
        List<Path> needed = files.list(folder).stream()
                .filter(path -> StoredFile.generation(path) >= points.oldestGeneration())
                .sorted()
                .toList();
        boolean lastUnread = needed.isEmpty() && points.filesExpected();
        for (Path path : needed) {
            lastUnread = false;
            FileHeader header = header(path);
            if (header == null) {
                lastUnread = true;
                continue;
            }
            if (!begun && header.firstLsn() < expectedLsn) {
                expectedLsn = header.firstLsn();
            }
            begun = true;
            reach(header.firstLsn());
            groups(path, header, visitor);
        }
        long mark = points.durableLsn();
        for (RecoveryPoint point : points.points()) {
            mark = Math.max(mark, point.lsn());
        }
        if (lastUnread || (begun && mark >= expectedLsn)) {
            gaps.add(new Gap(wholeFile, wholePosition, expectedLsn, -1));
        }
    }

    /** Null when it is not what it was written as. */
    private @Nullable FileHeader header(Path path) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(Blocks.BYTES);
        try (FileHandle handle = files.openReadOnly(path)) {
            StoredFile.readFully(handle, block, 0);
            FileHeader header = FileHeader.decode(path, block.flip());
            return header.generation() == StoredFile.generation(path) ? header : null;
        } catch (DamagedJournalException damaged) {
            return null;
        }
    }

    /** Something was written as this LSN: all before it was there. */
    private void reach(long lsn) {
        if (lsn > expectedLsn) {
            gaps.add(new Gap(wholeFile, wholePosition, expectedLsn, lsn));
            expectedLsn = lsn;
        }
    }

    private void groups(Path path, FileHeader header, Visitor visitor) throws IOException {
        try (FileHandle handle = files.openReadOnly(path);
                Arena memory = Arena.ofConfined()) {
            GroupReader reader = new GroupReader(memory, handle, header);
            long position = Blocks.BYTES;
            wholeFile = path;
            wholePosition = position;
            while (position + Blocks.BYTES <= header.capacityBytes()) {
                if (!reader.read(position) || GroupHeader.firstLsn(reader.bytes()) < expectedLsn) {
                    position += Blocks.BYTES;
                    continue;
                }
                reach(GroupHeader.firstLsn(reader.bytes()));
                entries(path, position, reader.bytes(), visitor);
                position += GroupHeader.totalBytes(GroupHeader.bodyBytes(reader.bytes()));
                wholePosition = position;
            }
        }
    }

    private void entries(Path path, long position, ByteBuffer group, Visitor visitor) throws IOException {
        long next = expectedLsn + GroupHeader.entries(group);
        int at = GroupHeader.BYTES;
        int end = GroupHeader.BYTES + GroupHeader.bodyBytes(group);
        while (expectedLsn < next) {
            int payloadBytes = end - at < EntryFormat.HEADER_BYTES ? -1 : EntryFormat.payloadBytes(group, at);
            if (payloadBytes < 0
                    || payloadBytes > end - at - EntryFormat.HEADER_BYTES
                    || !entry.show(group, at, expectedLsn)) {
                reach(next);
                return;
            }
            entry.standsIn(path, position + at);
            if (expectedLsn >= points.neededFromLsn()) {
                visitor.entry(entry, gaps.size());
            }
            expectedLsn++;
            at += EntryFormat.HEADER_BYTES + payloadBytes;
        }
    }
}
