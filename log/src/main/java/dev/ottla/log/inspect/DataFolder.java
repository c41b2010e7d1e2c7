package dev.ottla.log.inspect;

import dev.ottla.base.Files;
import dev.ottla.base.TopicId;
import dev.ottla.log.checkpoint.CleanShutdownMark;
import dev.ottla.log.checkpoint.OffsetCheckpoint;
import dev.ottla.log.checkpoint.PartitionMetadata;
import dev.ottla.log.journal.JournalSettings;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A data folder (an entry of log.dirs) as it lies on the disk. */
public final class DataFolder {
    /** Kafka's name for how far each partition is compacted. */
    public static final String CLEANED = "cleaner-offset-checkpoint";

    /** Every text checkpoint of a data folder. */
    public static final List<String> CHECKPOINTS = List.of(
            OffsetCheckpoint.RECOVERY_POINTS, OffsetCheckpoint.LOG_STARTS, OffsetCheckpoint.HIGH_WATERMARKS, CLEANED);

    static final String JOURNAL = JournalSettings.FOLDER;
    private static final String LOCK = ".lock";
    private static final String DELETE = "-delete";
    private static final Pattern PARTITION = Pattern.compile(".+-\\d{1,9}");
    private static final Pattern STRAY = Pattern.compile(".+-stray");

    private final Files files;
    private final Path path;
    private final Map<String, Map<String, Long>> checkpoints = new HashMap<>();
    private final Map<Path, IOException> unreadable = new HashMap<>();
    private final boolean clean;
    private final boolean moving;
    private final LogStartsCheck logStarts;
    private @Nullable JournalView journal;

    private DataFolder(Files files, Path path, boolean clean, boolean moving) {
        this.files = files;
        this.path = path;
        this.clean = clean;
        this.moving = moving;
        this.logStarts = LogStartsCheck.read(files, path, clean);
        for (String name : CHECKPOINTS) {
            readCheckpoint(path.resolve(name));
        }
    }

    /** Reads the small files of the folder; does not look into partitions. */
    public static DataFolder open(Files files, Path path) throws IOException {
        boolean clean = files.exists(path.resolve(CleanShutdownMark.FILE));
        return new DataFolder(files, path, clean, isHeld(files, path));
    }

    /** The same for a folder that this process has taken: nobody changes it. */
    public static DataFolder openTaken(Files files, Path path) throws IOException {
        return new DataFolder(files, path, files.exists(path.resolve(CleanShutdownMark.FILE)), false);
    }

    /** The folder, taken for this process: no broker can start on it until the result is closed; null when one holds it. */
    public static @Nullable Closeable take(Files files, Path path) throws IOException {
        return files.tryLock(path.resolve(LOCK));
    }

    /** Whether a process holds the folder; false also when this one may not ask. */
    private static boolean isHeld(Files files, Path path) throws IOException {
        if (!files.exists(path.resolve(LOCK))) {
            return false;
        }
        try (Closeable taken = take(files, path)) {
            return taken == null;
        } catch (java.nio.file.AccessDeniedException mayNotAsk) {
            return false;
        }
    }

    /** Whether a folder looks like one of these. */
    public static boolean isOne(Files files, Path path) throws IOException {
        return files.exists(path.resolve("meta.properties"))
                || files.exists(path.resolve(LOCK))
                || files.exists(path.resolve(OffsetCheckpoint.RECOVERY_POINTS));
    }

    private void readCheckpoint(Path file) {
        try {
            checkpoints.put(String.valueOf(file.getFileName()), OffsetCheckpoint.decode(SmallFiles.text(files, file)));
        } catch (IOException damaged) {
            unreadable.put(file, damaged);
        }
    }

    public Path path() {
        return path;
    }

    /** Whether a broker closed it in order. */
    public boolean isClean() {
        return clean;
    }

    /** Whether a broker holds it now. */
    public boolean isMoving() {
        return moving;
    }

    /** Whether there are journal files that the next start would replay. */
    public boolean hasJournal() throws IOException {
        Path journal = path.resolve(JOURNAL);
        return files.isFolder(journal)
                && files.list(journal).stream()
                        .anyMatch(file -> String.valueOf(file.getFileName()).endsWith(".journal"));
    }

    /** Why a checkpoint cannot be read, by file. One that is not there can: it is empty. */
    public Map<Path, IOException> unreadable() {
        return unreadable;
    }

    /** What the log starts under a checksum say of the checkpoints, and what is wrong with them. */
    void tellOfLogStarts(Report report) {
        logStarts.tell(checkpoints.get(OffsetCheckpoint.LOG_STARTS), moving, report);
    }

    /** The partitions' folders, by name. */
    public List<Path> partitions() throws IOException {
        return folders(PARTITION);
    }

    /** Folders that wait for their deletion. */
    public List<Path> deleted() throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path entry : files.list(path)) {
            if (String.valueOf(entry.getFileName()).endsWith(DELETE) && files.isFolder(entry)) {
                found.add(entry);
            }
        }
        return found;
    }

    /** Folders of which nobody knows whose they are. */
    public List<Path> stray() throws IOException {
        return folders(STRAY);
    }

    private List<Path> folders(Pattern pattern) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path entry : files.list(path)) {
            if (pattern.matcher(String.valueOf(entry.getFileName())).matches() && files.isFolder(entry)) {
                found.add(entry);
            }
        }
        return found;
    }

    /** The partitions that the checkpoints name. */
    public List<String> checkpointed() {
        return checkpoints.values().stream()
                .flatMap(offsets -> offsets.keySet().stream())
                .distinct()
                .sorted()
                .toList();
    }

    /** The journal that the next start will replay; null when there is none, or a broker writes it. */
    public @Nullable JournalView journal() throws IOException {
        if (journal == null && !moving && hasJournal()) {
            journal = JournalView.read(files, path, entry -> {});
        }
        return journal;
    }

    /** All that is known; the journal is read for it. */
    public PartitionMarks marks(String partition) throws IOException {
        PartitionMarks marks = checkpointMarks(partition);
        JournalView view = journal();
        long from = view == null ? -1 : inJournal(view, partition);
        return from < 0
                ? marks
                : new PartitionMarks(
                        from,
                        marks.logStart(),
                        marks.highWatermark(),
                        marks.cleanedUpTo(),
                        false,
                        moving,
                        true,
                        marks.vouched());
    }

    private long inJournal(JournalView view, String partition) {
        Path metadata = path.resolve(partition).resolve(PartitionMetadata.FILE);
        try {
            TopicId id = PartitionMetadata.decode(SmallFiles.bytes(files, metadata));
            int number = Integer.parseInt(partition.substring(partition.lastIndexOf('-') + 1));
            return view.fromOffset(id, number);
        } catch (IOException | NumberFormatException notKnown) {
            return -1;
        }
    }

    /**
     * Only what the checkpoints say.
     *
     * @param partition as its folder is called
     */
    public PartitionMarks checkpointMarks(String partition) {
        return new PartitionMarks(
                offset(OffsetCheckpoint.RECOVERY_POINTS, partition),
                offset(OffsetCheckpoint.LOG_STARTS, partition),
                offset(OffsetCheckpoint.HIGH_WATERMARKS, partition),
                offset(CLEANED, partition),
                clean,
                moving,
                false,
                logStarts.isVouching());
    }

    private long offset(String checkpoint, String partition) {
        return checkpoints.getOrDefault(checkpoint, Map.of()).getOrDefault(partition, -1L);
    }
}
