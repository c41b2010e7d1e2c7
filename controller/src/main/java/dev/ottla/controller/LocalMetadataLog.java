package dev.ottla.controller;

import dev.ottla.base.FileHandle;
import dev.ottla.base.Files;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.EventCodec;
import dev.ottla.metadata.ImageEvents;
import dev.ottla.metadata.MetadataEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metadata log of a node that is alone: a snapshot of the image and a log of what came after it, in a folder of their own; see
 * {@link LogFormat}. File names are the sequence number of the first entry that is in the log, or not in the snapshot.
 *
 * <p>What is appended is written by the next force as one entry, so that only the last entry can be torn by a crash. When the log has
 * outgrown its snapshot, a new snapshot and then a new log are put in place, each whole before it gets its name, and then the old ones
 * are deleted: a crash between any two steps leaves files that still say everything.
 */
public final class LocalMetadataLog implements MetadataLog {
    /** A log shorter than this is not worth a snapshot. */
    public static final int MIN_BYTES_BEFORE_SNAPSHOT = 4 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(LocalMetadataLog.class);
    private static final String LOG_SUFFIX = ".log";
    private static final String SNAPSHOT_SUFFIX = ".snapshot";
    private static final String TEMPORARY_SUFFIX = ".tmp";

    private final Files files;
    private final Path folder;
    private final int minBytesBeforeSnapshot;
    private final ClusterImage opened;
    private final List<MetadataEvent> pending = new ArrayList<>();
    private int pendingBytes;
    private Path file;
    private FileHandle handle;
    private long nextSequence;
    private long endBytes;
    private long snapshotBytes;
    /** The disk was full when the log was shorter. */
    private long putOffToBytes;

    private boolean broken;

    private LocalMetadataLog(
            Files files,
            Path folder,
            int minBytesBeforeSnapshot,
            Path file,
            LogReplay.Result replayed,
            long snapshotBytes)
            throws IOException {
        this.files = files;
        this.folder = folder;
        this.minBytesBeforeSnapshot = minBytesBeforeSnapshot;
        this.opened = replayed.image();
        this.file = file;
        this.nextSequence = replayed.nextSequence();
        this.endBytes = replayed.goodBytes();
        this.snapshotBytes = snapshotBytes;
        this.handle = files.open(file, false);
    }

    /** Whether a folder holds a metadata log. */
    public static boolean exists(Files files, Path folder) throws IOException {
        return files.isFolder(folder)
                && files.list(folder).stream()
                        .map(LocalMetadataLog::nameOf)
                        .anyMatch(name -> name.endsWith(LOG_SUFFIX) || name.endsWith(SNAPSHOT_SUFFIX));
    }

    /**
     * Opens or creates the log and replays it. A torn last entry, which was never acknowledged, is cut off and reported.
     *
     * @param folder created when missing; no other process may use it
     * @throws IOException also when a file is damaged, missing or of an unknown format
     */
    public static LocalMetadataLog open(Files files, Path folder) throws IOException {
        return open(files, folder, MIN_BYTES_BEFORE_SNAPSHOT);
    }

    static LocalMetadataLog open(Files files, Path folder, int minBytesBeforeSnapshot) throws IOException {
        if (!files.isFolder(folder)) {
            files.createFolders(folder);
            Path parent = folder.toAbsolutePath().getParent();
            if (parent != null) {
                files.forceFolder(parent);
            }
        }
        deleteTemporaries(files, folder);
        SortedMap<Long, Path> snapshots = named(files, folder, SNAPSHOT_SUFFIX);
        SortedMap<Long, Path> logs = named(files, folder, LOG_SUFFIX);
        LogReplay.Result replayed = new LogReplay.Result(ClusterImage.EMPTY, 0, 0, 0);
        if (snapshots.isEmpty() && logs.isEmpty()) {
            Path first = path(folder, 0, LOG_SUFFIX);
            files.replace(first, LogFormat.header(LogFormat.LOG_MAGIC, 0));
            logs.put(0L, first);
        }
        if (!snapshots.isEmpty()) {
            long sequence = snapshots.lastKey();
            replayed = LogReplay.snapshot(files, path(folder, sequence, SNAPSHOT_SUFFIX), sequence);
        }
        if (logs.isEmpty()) {
            throw new IOException(
                    "The metadata log in " + folder + " has a snapshot but no log file: a file is missing");
        }
        long snapshotBytes = replayed.sizeBytes();
        for (long sequence : logs.keySet()) {
            Path log = path(folder, sequence, LOG_SUFFIX);
            replayed = LogReplay.log(files, log, sequence, replayed.image(), replayed.nextSequence());
            if (replayed.torn() && sequence != logs.lastKey()) {
                throw new IOException(log + " is damaged: it ends within an entry, and a later log follows");
            }
        }
        LocalMetadataLog log = new LocalMetadataLog(
                files,
                folder,
                minBytesBeforeSnapshot,
                path(folder, logs.lastKey(), LOG_SUFFIX),
                replayed,
                snapshotBytes);
        log.cutTornEntry(replayed);
        log.deleteOlderThan(logs.lastKey());
        return log;
    }

    @Override
    public ClusterImage opened() {
        return opened;
    }

    @Override
    public int append(List<MetadataEvent> events) throws IOException {
        requireSound();
        pending.addAll(events);
        pendingBytes += EventCodec.encode(events).length;
        return pendingBytes;
    }

    @Override
    public void force() throws IOException {
        requireSound();
        if (pending.isEmpty()) {
            return;
        }
        broken = true;
        byte[] payload = EventCodec.encode(pending);
        if (payload.length > LogFormat.MAX_PAYLOAD_BYTES) {
            throw new IOException("A metadata entry of " + payload.length + " bytes is too large");
        }
        write(LogFormat.entry(nextSequence, payload));
        handle.force(false);
        if (!files.exists(file)) {
            throw new IOException(file + " is gone: what was written to it is lost");
        }
        endBytes += LogFormat.ENTRY_HEADER_BYTES + payload.length;
        nextSequence++;
        forgetPending();
        broken = false;
    }

    /** On a full disk all of it is undone: nothing that was written before is lost by that, unlike after a failed force. */
    private void write(ByteBuffer entry) throws IOException {
        try {
            handle.write(entry, endBytes);
        } catch (IOException failure) {
            if (!Files.isDiskFull(failure)) {
                throw failure;
            }
            handle.truncate(endBytes);
            handle.force(true);
            forgetPending();
            broken = false;
            throw new DiskFullException("There is no room for a metadata entry", failure);
        }
    }

    private void forgetPending() {
        pending.clear();
        pendingBytes = 0;
    }

    @Override
    public void compact(ClusterImage image) throws IOException {
        requireSound();
        if (!pending.isEmpty()
                || endBytes < Math.max(minBytesBeforeSnapshot, 2 * snapshotBytes)
                || endBytes < putOffToBytes) {
            return;
        }
        broken = true;
        try {
            replaceBySnapshot(image);
        } catch (IOException failure) {
            if (!Files.isDiskFull(failure)) {
                throw failure;
            }
            // The log says everything still, with or without the snapshot beside it.
            LOG.warn("There is no room for a snapshot of the metadata; it is tried again later", failure);
            deleteTemporaries(files, folder);
            putOffToBytes = endBytes + minBytesBeforeSnapshot;
        }
        broken = false;
    }

    private void replaceBySnapshot(ClusterImage image) throws IOException {
        byte[] header = LogFormat.header(LogFormat.SNAPSHOT_MAGIC, nextSequence);
        byte[] entry = LogFormat.entry(nextSequence, EventCodec.encode(ImageEvents.of(image)))
                .array();
        byte[] snapshot = new byte[header.length + entry.length];
        System.arraycopy(header, 0, snapshot, 0, header.length);
        System.arraycopy(entry, 0, snapshot, header.length, entry.length);
        files.replace(path(folder, nextSequence, SNAPSHOT_SUFFIX), snapshot);
        Path next = path(folder, nextSequence, LOG_SUFFIX);
        files.replace(next, LogFormat.header(LogFormat.LOG_MAGIC, nextSequence));
        handle.close();
        handle = files.open(next, false);
        file = next;
        endBytes = LogFormat.HEADER_BYTES;
        snapshotBytes = snapshot.length;
        putOffToBytes = 0;
        deleteOlderThan(nextSequence);
    }

    @Override
    public void close() throws IOException {
        broken = true;
        handle.close();
    }

    private void requireSound() throws IOException {
        if (broken) {
            throw new IOException("The metadata log in " + folder + " failed before, or is closed");
        }
    }

    private void cutTornEntry(LogReplay.Result replayed) throws IOException {
        if (replayed.torn()) {
            LOG.warn(
                    "Cut {} bytes of a torn last entry off {}; it was never acknowledged",
                    replayed.sizeBytes() - replayed.goodBytes(),
                    file);
            handle.truncate(replayed.goodBytes());
            handle.force(true);
        }
    }

    /** Deletes logs that the newest one and its snapshot have replaced, and older snapshots. */
    private void deleteOlderThan(long sequence) throws IOException {
        SortedMap<Long, Path> snapshots = named(files, folder, SNAPSHOT_SUFFIX);
        if (!snapshots.containsKey(sequence)) {
            return;
        }
        List<Path> old = new ArrayList<>(snapshots.headMap(sequence).values());
        old.addAll(named(files, folder, LOG_SUFFIX).headMap(sequence).values());
        for (Path path : old) {
            files.deleteIfExists(path);
        }
        if (!old.isEmpty()) {
            files.forceFolder(folder);
        }
    }

    private static void deleteTemporaries(Files files, Path folder) throws IOException {
        for (Path path : files.list(folder)) {
            if (nameOf(path).endsWith(TEMPORARY_SUFFIX)) {
                files.deleteIfExists(path);
            }
        }
    }

    private static SortedMap<Long, Path> named(Files files, Path folder, String suffix) throws IOException {
        SortedMap<Long, Path> found = new TreeMap<>();
        for (Path path : files.list(folder)) {
            String name = nameOf(path);
            if (name.endsWith(suffix)) {
                try {
                    found.put(Long.parseLong(name.substring(0, name.length() - suffix.length())), path);
                } catch (NumberFormatException foreign) {
                    throw new IOException(path + " does not belong in the metadata log's folder", foreign);
                }
            }
        }
        return found;
    }

    private static Path path(Path folder, long sequence, String suffix) {
        return folder.resolve(String.format(Locale.ROOT, "%020d", sequence) + suffix);
    }

    private static String nameOf(Path path) {
        Path name = path.getFileName();
        return name == null ? "" : name.toString();
    }
}
