package dev.ottla.log.journal;

import dev.ottla.base.FileHandle;
import dev.ottla.base.Files;
import dev.ottla.base.RandomSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal's files: those that replay would need, oldest first, and spare ones, written through once and waiting for use. The writer rolls, the
 * checkpointer frees, a background thread prepares; none holds the lock while the disk works.
 */
final class JournalFiles {
    private static final String SPARE_SUFFIX = ".spare";
    private static final int ZEROS_BYTES = 1 << 20;

    private record Spare(Path path, long capacityBytes) {}

    private static final Logger LOG = LoggerFactory.getLogger(JournalFiles.class);

    private final Files files;
    private final JournalSettings settings;
    private final RandomSource random;
    private final List<StoredFile> needed;
    private final ArrayDeque<Spare> spares = new ArrayDeque<>();
    private long nextGeneration;
    private long nextSpare = 1;
    private boolean preparing;
    private boolean closed;
    /** The file system has refused a direct open or write. */
    private volatile boolean throughPageCache;

    private volatile @Nullable JournalFile current;
    private volatile long closedBytes;

    /** @param needed the files found, oldest first */
    JournalFiles(
            Files files, JournalSettings settings, RandomSource random, List<StoredFile> needed, long nextGeneration) {
        this.files = files;
        this.settings = settings;
        this.random = random;
        this.needed = new ArrayList<>(needed);
        this.nextGeneration = nextGeneration;
        this.closedBytes = capacity(this.needed);
    }

    private static long capacity(List<StoredFile> of) {
        return of.stream().mapToLong(file -> file.header().capacityBytes()).sum();
    }

    /** Removes what an earlier process left and nothing needs: a spare file's blocks may never have reached the disk. */
    void deleteLeftovers() throws IOException {
        long oldest;
        synchronized (this) {
            oldest = needed.isEmpty()
                    ? nextGeneration
                    : needed.getFirst().header().generation();
        }
        for (Path path : files.list(settings.folder())) {
            long generation = StoredFile.generation(path);
            boolean spare = String.valueOf(path.getFileName()).endsWith(SPARE_SUFFIX);
            if ((spare && !isSpare(path)) || (generation >= 0 && generation < oldest)) {
                files.deleteIfExists(path);
            }
        }
    }

    private synchronized boolean isSpare(Path path) {
        return spares.stream().anyMatch(spare -> spare.path().equals(path));
    }

    /**
     * Begins the next generation: its header is durable under its name before any group is written.
     *
     * @throws DiskFull when there is no spare file and no room for one; nothing changed
     */
    JournalFile roll(long firstLsn, long groupBytes) throws IOException {
        Spare spare = takeSpare(Blocks.BYTES + groupBytes);
        if (spare == null) {
            // Made in a hurry: a small one, so that those who wait for the group do not wait for a large file's zeros.
            spare = create(Math.max(settings.firstFileBytes(), Blocks.BYTES + groupBytes));
        }
        FileHeader header = new FileHeader(nextGeneration, random.nextLong(), spare.capacityBytes(), firstLsn);
        Path path = StoredFile.path(settings.folder(), header.generation());
        FileHandle handle = activate(spare, header, path);
        JournalFile next = new JournalFile(handle, header);
        JournalFile previous;
        synchronized (this) {
            previous = current;
            current = next;
            needed.add(new StoredFile(path, header));
            nextGeneration++;
            closedBytes = capacity(needed) - header.capacityBytes();
        }
        if (previous != null) {
            previous.close();
        }
        return next;
    }

    private FileHandle activate(Spare spare, FileHeader header, Path path) throws IOException {
        FileHandle handle;
        try {
            handle = begin(spare.path(), header.encode());
        } catch (IOException failure) {
            throw giveBack(spare, failure);
        }
        try {
            name(spare, path, handle);
            return handle;
        } catch (IOException | RuntimeException failure) {
            handle.close();
            throw failure;
        }
    }

    /** Opens a file and writes its first bytes: past the page cache, or through it where the file system refuses the one or the other. */
    private FileHandle begin(Path path, ByteBuffer first) throws IOException {
        if (!throughPageCache) {
            FileHandle direct = files.openDirect(path);
            if (direct.isDirect()) {
                try {
                    direct.write(first.duplicate(), 0);
                    return direct;
                } catch (IOException refused) {
                    direct.close();
                    if (!Files.isInvalidArgument(refused)) {
                        throw refused;
                    }
                }
            } else {
                direct.close();
            }
            throughPageCache = true;
            LOG.info(
                    "The file system of {} takes no direct writes: the journal is written through the page cache",
                    settings.folder());
        }
        FileHandle handle = files.open(path, false);
        try {
            handle.write(first, 0);
            return handle;
        } catch (IOException failure) {
            handle.close();
            throw failure;
        }
    }

    private void name(Spare spare, Path path, FileHandle handle) throws IOException {
        handle.force(false);
        try {
            files.rename(spare.path(), path);
        } catch (IOException failure) {
            throw giveBack(spare, failure);
        }
        files.forceFolder(settings.folder());
    }

    private IOException giveBack(Spare spare, IOException failure) {
        if (!DiskFull.isMeantBy(failure)) {
            return failure;
        }
        synchronized (this) {
            spares.addFirst(spare);
        }
        return new DiskFull(failure);
    }

    private synchronized @Nullable Spare takeSpare(long bytes) {
        for (Iterator<Spare> each = spares.iterator(); each.hasNext(); ) {
            Spare spare = each.next();
            if (spare.capacityBytes() >= bytes) {
                each.remove();
                return spare;
            }
        }
        return null;
    }

    private Spare create(long atLeastBytes) throws IOException {
        long capacity = Blocks.roundUp(atLeastBytes);
        if (files.usableBytes(settings.folder()) < capacity) {
            throw new DiskFull("No room for a journal file of " + capacity + " bytes in " + settings.folder());
        }
        Path path = newSparePath();
        files.open(path, true).close();
        ByteBuffer zeros = Blocks.allocate((int) Math.min(capacity, ZEROS_BYTES));
        try (FileHandle handle = begin(path, zeros.duplicate())) {
            for (long at = zeros.limit(); at < capacity; at += zeros.limit()) {
                handle.write(zeros.clear().limit((int) Math.min(zeros.capacity(), capacity - at)), at);
            }
            handle.force(true);
        } catch (IOException failure) {
            if (DiskFull.isMeantBy(failure)) {
                files.deleteIfExists(path);
                throw new DiskFull(failure);
            }
            throw failure;
        }
        return new Spare(path, capacity);
    }

    private synchronized Path newSparePath() {
        return settings.folder().resolve(nextSpare++ + SPARE_SUFFIX);
    }

    /** Whether it is time to prepare a file in the background; then {@link #prepare} must follow. */
    synchronized boolean takePreparation() {
        JournalFile file = current;
        if (preparing || closed || file == null || !file.isHalfFull() || !spares.isEmpty() || isFull()) {
            return false;
        }
        preparing = true;
        return true;
    }

    /** Writes a file for later through with zeros; without room it does nothing. */
    void prepare() throws IOException {
        try {
            Spare spare = create(settings.fileBytes());
            if (!keep(spare)) {
                files.deleteIfExists(spare.path());
            }
        } catch (DiskFull noRoom) {
            // The writer will meet it itself when it needs the file, and say so.
        } finally {
            synchronized (this) {
                preparing = false;
            }
        }
    }

    private synchronized boolean keep(Spare spare) {
        if (!closed) {
            spares.add(spare);
        }
        return !closed;
    }

    /** The generation of the oldest file with an entry at or above an LSN; the next one when no file has. The current file always counts as needed. */
    synchronized long oldestNeeded(long neededFromLsn, long lastLsn) {
        for (int i = 0; i < needed.size(); i++) {
            boolean isLast = i == needed.size() - 1;
            long end = isLast ? lastLsn : needed.get(i + 1).header().firstLsn() - 1;
            if (end >= neededFromLsn || (isLast && current != null)) {
                return needed.get(i).header().generation();
            }
        }
        return nextGeneration;
    }

    /** Recycles the files below a generation; the recovery points that say so must be durable. Those for which there is no use are deleted. */
    void freeBelow(long generation) throws IOException {
        List<StoredFile> freed = new ArrayList<>();
        synchronized (this) {
            while (!needed.isEmpty() && needed.getFirst().header().generation() < generation) {
                freed.add(needed.removeFirst());
            }
            closedBytes =
                    capacity(needed) - (current == null ? 0 : current.header().capacityBytes());
        }
        for (StoredFile file : freed) {
            Spare spare = new Spare(newSparePath(), file.header().capacityBytes());
            if (isWorthKeeping(spare)) {
                files.rename(file.path(), spare.path());
                synchronized (this) {
                    spares.add(spare);
                }
            } else {
                files.deleteIfExists(file.path());
            }
        }
        if (!freed.isEmpty()) {
            files.forceFolder(settings.folder());
        }
    }

    private synchronized boolean isWorthKeeping(Spare spare) {
        long kept = spares.stream().mapToLong(Spare::capacityBytes).sum();
        return spare.capacityBytes() == Blocks.roundUp(settings.fileBytes())
                && capacity(needed) + kept + spare.capacityBytes() <= settings.maxBytes();
    }

    /** Removes every file; the recovery points that say so must be durable. */
    void deleteAll() throws IOException {
        close();
        List<Path> all = new ArrayList<>();
        synchronized (this) {
            needed.forEach(file -> all.add(file.path()));
            spares.forEach(spare -> all.add(spare.path()));
            needed.clear();
            spares.clear();
            closedBytes = 0;
        }
        for (Path path : all) {
            files.deleteIfExists(path);
        }
        files.forceFolder(settings.folder());
    }

    void close() throws IOException {
        JournalFile last;
        synchronized (this) {
            last = current;
            current = null;
            closed = true;
        }
        if (last != null) {
            last.close();
        }
    }

    synchronized long nextGeneration() {
        return nextGeneration;
    }

    /** From any thread, without the lock: good enough to decide by. */
    long usedBytes() {
        JournalFile file = current;
        return closedBytes + (file == null ? 0 : file.position());
    }

    /** Never while the current file is alone: nothing could be freed then. */
    boolean isFull() {
        return closedBytes > 0 && usedBytes() >= settings.maxBytes();
    }

    synchronized boolean canFreeBelow(long lsn) {
        return needed.size() > 1 && needed.get(1).header().firstLsn() <= lsn;
    }

    synchronized long lsnAtUsedBytes(long bytes, long endLsn) {
        long sum = 0;
        for (StoredFile file : needed) {
            if (sum >= bytes || (current != null && file.header().generation() == nextGeneration - 1)) {
                return file.header().firstLsn();
            }
            sum += file.header().capacityBytes();
        }
        return endLsn;
    }
}
