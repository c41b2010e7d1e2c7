package dev.ottla.log;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.Files;
import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicPartition;
import dev.ottla.log.checkpoint.OffsetCheckpoint;
import dev.ottla.log.checkpoint.PartitionMetadata;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The copies that grow in a data folder, each in a folder {@code <topic>-<partition>.<32 hex digits>-future}, as Kafka names them. Such a
 * folder is also the durable note that somebody wants the partition here; the metadata alone says when it is.
 */
public final class FutureLogs {
    private static final String SUFFIX = "-future";
    private static final Pattern NAME = Pattern.compile("(.+)-(\\d{1,9})\\.[0-9a-f]{32}-future");

    private final LogEnvironment environment;
    private final Files files;
    private final Path folder;
    private final Map<TopicPartition, FutureLog> growing = new ConcurrentHashMap<>();

    /** Folders of copies come, go and are looked through under it: who looks must not meet one that does not say yet whose it is. */
    private final ReentrantLock coming = new ReentrantLock();

    FutureLogs(LogEnvironment environment) {
        this.environment = environment;
        this.files = environment.files();
        this.folder = environment.settings().folder();
    }

    /** Whether a partition's copy has a name that a file system takes. */
    public static boolean canName(String topic, int partition) {
        return name(topic + "-" + partition, 0, 0).length() <= PartitionFolders.MAX_NAME;
    }

    private static String name(String partitionFolder, long random, long random2) {
        return partitionFolder + "." + String.format(Locale.ROOT, "%016x%016x", random, random2) + SUFFIX;
    }

    /** The copy that grows here; null when there is none. */
    public @Nullable FutureLog get(TopicPartition partition) {
        return growing.get(partition);
    }

    /** All that grow here. */
    public List<FutureLog> all() {
        return List.copyOf(growing.values());
    }

    /** The partitions of which an earlier process left a copy here, whole or not. Blocks. */
    public List<TopicPartition> left() {
        coming.lock();
        try {
            List<TopicPartition> left = new ArrayList<>();
            for (Path path : files.list(folder)) {
                TopicPartition partition = identify(path);
                if (partition != null) {
                    left.add(partition);
                }
            }
            return left;
        } catch (IOException trouble) {
            throw environment.health().storageError("looking for copies", trouble);
        } finally {
            coming.unlock();
        }
    }

    /** Begins a copy, durably; what was left of an earlier one goes. Blocks. */
    public FutureLog create(PartitionLog source) {
        TopicPartition partition = source.topicPartition();
        drop(partition);
        CleaningGate cleaning = source.state().cleaning;
        cleaning.stop();
        boolean begun = false;
        try {
            FutureLog future = new FutureLog(begin(source), cleaning);
            growing.put(partition, future);
            begun = true;
            return future;
        } catch (IOException trouble) {
            throw environment.health().storageError("beginning a copy of " + partition, trouble);
        } finally {
            if (!begun) {
                cleaning.resume();
            }
        }
    }

    private LogState begin(PartitionLog source) throws IOException {
        TopicPartition partition = source.topicPartition();
        Path path = folder.resolve(name(partition.folderName(), environment.randomLong(), environment.randomLong()));
        coming.lock();
        try {
            files.createFolders(path);
            files.replace(path.resolve(PartitionMetadata.FILE), PartitionMetadata.encode(partition.topicId()));
            files.forceFolder(folder);
        } finally {
            coming.unlock();
        }
        LogConfig config = source.config().withoutJournal();
        LogLoader loader = new LogLoader(environment, partition, path, config);
        LoadedLog loaded = loader.load(LoadFrom.segments(true, 0, firstOffset(source), true, 0));
        return new LogState(environment, partition, path, config, loaded);
    }

    /** Where the first batch begins, which may be before the log start. */
    private static long firstOffset(PartitionLog source) throws IOException {
        long start = source.startOffset();
        try (LogSlice slice = source.read(start, 1, source.endOffset(), true)) {
            if (slice.sizeBytes() == 0) {
                return start;
            }
            ByteBuffer offset = ByteBuffer.allocate(Long.BYTES);
            slice.copyTo(0, offset);
            return offset.flip().getLong();
        }
    }

    /** Deletes a copy and what an earlier process left of one; nothing happens when there is none. Blocks. */
    public void drop(TopicPartition partition) {
        FutureLog future = growing.remove(partition);
        if (future != null) {
            future.abandon();
        }
        coming.lock();
        try {
            for (Path path : folders(partition)) {
                files.deleteTree(path);
            }
        } catch (IOException trouble) {
            throw environment.health().storageError("deleting a copy of " + partition, trouble);
        } finally {
            coming.unlock();
        }
    }

    /** Deletes this very copy, unless another has taken its place already. Blocks. */
    public void drop(FutureLog future) {
        if (!growing.remove(future.topicPartition(), future)) {
            return;
        }
        future.abandon();
        coming.lock();
        try {
            files.deleteTree(future.state().folder);
        } catch (IOException trouble) {
            throw environment.health().storageError("deleting a copy of " + future.topicPartition(), trouble);
        } finally {
            coming.unlock();
        }
    }

    /** Closes a copy and leaves it where it is, for the next start. */
    public void leave(FutureLog future) {
        growing.remove(future.topicPartition(), future);
        future.abandon();
    }

    /** Whether there is a copy that was finished. */
    public boolean isComplete(TopicPartition partition) {
        coming.lock();
        try {
            return complete(partition) != null;
        } catch (IOException trouble) {
            throw environment.health().storageError("looking for a copy of " + partition, trouble);
        } finally {
            coming.unlock();
        }
    }

    private @Nullable Path complete(TopicPartition partition) throws IOException {
        for (Path path : folders(partition)) {
            if (files.exists(path.resolve(OffsetCheckpoint.LOG_STARTS))) {
                return path;
            }
        }
        return null;
    }

    /**
     * Gives a complete copy the name of the log. A crash at any point leaves the copy or the log, and in the checkpoint or in the copy the
     * log start, without which deleted records would come back.
     *
     * @return the log start
     */
    long rename(TopicPartition partition, Path target) throws IOException {
        coming.lock();
        try {
            return renameFound(partition, target);
        } finally {
            coming.unlock();
        }
    }

    private long renameFound(TopicPartition partition, Path target) throws IOException {
        Path path = complete(partition);
        if (path == null) {
            throw new OttlaException(
                    ErrorCode.KAFKA_STORAGE_ERROR,
                    "The metadata has " + partition + " in " + folder + ", but there is no complete copy of it");
        }
        String name = partition.folderName();
        Path startFile = path.resolve(OffsetCheckpoint.LOG_STARTS);
        long logStart = OffsetCheckpoint.read(files, startFile).getOrDefault(name, 0L);
        environment.checkpoints().forget(name);
        environment.checkpoints().keep(OffsetCheckpoint.LOG_STARTS, name, logStart);
        environment.checkpoints().writeLogStarts();
        files.rename(path, target);
        files.forceFolder(folder);
        files.deleteIfExists(target.resolve(OffsetCheckpoint.LOG_STARTS));
        FutureLog finished = growing.remove(partition);
        if (finished != null) {
            finished.ended();
        }
        return logStart;
    }

    private List<Path> folders(TopicPartition partition) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path path : files.list(folder)) {
            if (partition.equals(identify(path))) {
                found.add(path);
            }
        }
        return found;
    }

    /** Whose copy a folder is; null when it is none. One that says nothing of itself was never begun and goes. */
    private @Nullable TopicPartition identify(Path path) throws IOException {
        String called = String.valueOf(path.getFileName());
        if (!called.endsWith(SUFFIX)) {
            return null;
        }
        Matcher name = NAME.matcher(called);
        if (!name.matches() || !files.isFolder(path)) {
            return null;
        }
        Path metadata = path.resolve(PartitionMetadata.FILE);
        if (!files.exists(metadata)) {
            files.deleteTree(path);
            return null;
        }
        return new TopicPartition(
                PartitionMetadata.decode(files.readAll(metadata)), name.group(1), Integer.parseInt(name.group(2)));
    }
}
