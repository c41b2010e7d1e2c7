package dev.ottla.log.repair;

import dev.ottla.base.Files;
import dev.ottla.base.TopicId;
import dev.ottla.log.SegmentNames;
import dev.ottla.log.checkpoint.CleanShutdownMark;
import dev.ottla.log.checkpoint.LeaderEpochs;
import dev.ottla.log.checkpoint.PartitionMetadata;
import dev.ottla.log.inspect.BatchInfo;
import dev.ottla.log.inspect.BatchScan;
import dev.ottla.log.inspect.Damage;
import dev.ottla.log.inspect.DataFolder;
import dev.ottla.log.inspect.LogFile;
import dev.ottla.log.inspect.PartitionFiles;
import dev.ottla.log.inspect.SmallFiles;
import dev.ottla.log.journal.EntryKind;
import dev.ottla.log.journal.JournalSalvage;
import dev.ottla.log.journal.JournalSettings;
import dev.ottla.log.journal.KeptEntries;
import dev.ottla.log.journal.RecoveryPoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives up what is damaged in a data folder's journal. What can be kept is written, partition by partition, where a start finds entries that an earlier
 * one could not apply; only when all of it is on the disk the journal is set aside, by one rename. A crash before that leaves the damaged journal as it
 * was, and repairing again begins anew.
 */
public final class JournalRepairer {
    /** Files written at a time; for each so many the journal is read again. */
    private static final int PARTITIONS_AT_A_TIME = 256;

    private static final String DAMAGED = "journal.damaged";

    private final Files files;
    private final DataFolder data;
    private final Map<Key, SalvagedPartition> partitions = new LinkedHashMap<>();
    private final Map<Key, Path> folders = new HashMap<>();

    private record Key(TopicId topic, int partition) {}

    public JournalRepairer(Files files, DataFolder data) {
        this.files = files;
        this.data = data;
    }

    /**
     * Reads the journal, and the segments that it answers for. Changes nothing.
     *
     * @throws dev.ottla.log.journal.DamagedJournalException when its recovery points are damaged: then nothing can be kept of it
     */
    public JournalRepairPlan plan() throws IOException {
        findFolders();
        JournalSalvage salvage = JournalSalvage.open(files, data.path());
        for (RecoveryPoint point : salvage.recoveryPoints()) {
            of(point.topic(), point.partition()).startAt(point);
        }
        List<JournalSalvage.Gap> gaps = salvage.read(
                (entry, before) -> of(entry.topic(), entry.partition()).add(entry, before));
        if (gaps.isEmpty()) {
            return new JournalRepairPlan(gaps, List.of(), List.of());
        }
        List<MayReturn> mayReturn = new ArrayList<>();
        ofNobody(gaps, mayReturn);
        List<JournalShare> shares = shares(gaps, mayReturn);
        return new JournalRepairPlan(gaps, shares, mayReturn);
    }

    private SalvagedPartition of(TopicId topic, int partition) {
        return partitions.computeIfAbsent(
                new Key(topic, partition), key -> new SalvagedPartition(key.topic(), key.partition()));
    }

    private void findFolders() throws IOException {
        for (Path folder : data.partitions()) {
            Key key = key(folder);
            if (key != null) {
                folders.put(key, folder);
            }
        }
    }

    /** Null when a start would not take the folder either. */
    private @Nullable Key key(Path folder) {
        String name = String.valueOf(folder.getFileName());
        try {
            TopicId id = PartitionMetadata.decode(SmallFiles.bytes(files, folder.resolve(PartitionMetadata.FILE)));
            return new Key(id, Integer.parseInt(name.substring(name.lastIndexOf('-') + 1)));
        } catch (IOException | NumberFormatException ofNobody) {
            return null;
        }
    }

    /** Partitions of which no entry is left: all that they have in the journal may be lost. */
    private void ofNobody(List<JournalSalvage.Gap> gaps, List<MayReturn> mayReturn) throws IOException {
        for (Map.Entry<Key, Path> each : folders.entrySet()) {
            if (!partitions.containsKey(each.getKey())) {
                SalvagedPartition unknown = new SalvagedPartition(
                        each.getKey().topic(), each.getKey().partition());
                long start = logStart(each.getValue());
                unknown.assumeStart(walk(each.getValue(), start, Long.MAX_VALUE, new ArrayList<>()));
                addReturning(each.getValue(), unknown.mayReturn(gaps, start), mayReturn);
            }
        }
    }

    private static void addReturning(Path folder, @Nullable OffsetRange offsets, List<MayReturn> mayReturn) {
        if (offsets != null) {
            mayReturn.add(new MayReturn(String.valueOf(folder.getFileName()), offsets));
        }
    }

    /** As a start finds it without the journal. */
    private long logStart(Path folder) throws IOException {
        long checkpointed =
                data.checkpointMarks(String.valueOf(folder.getFileName())).logStart();
        List<SegmentNames> segments = PartitionFiles.list(files, folder).segments();
        return Math.max(
                checkpointed, segments.isEmpty() ? 0 : segments.getFirst().baseOffset());
    }

    private List<JournalShare> shares(List<JournalSalvage.Gap> gaps, List<MayReturn> mayReturn) throws IOException {
        partitions.forEach((key, partition) -> {
            if (partition.isWithoutBeginning()) {
                Path folder = folders.get(key);
                partition.assumeStart(folder == null ? 0 : checkpointed(folder));
            }
        });
        partitions.values().removeIf(partition -> !partition.isInForce());
        List<JournalShare> shares = new ArrayList<>();
        for (Map.Entry<Key, SalvagedPartition> each : partitions.entrySet()) {
            SalvagedPartition partition = each.getValue();
            Path folder = folders.get(each.getKey());
            List<SegmentBatch> whole = new ArrayList<>();
            long seen = folder == null ? 0 : walk(folder, partition.startOffset(), partition.endOffset(), whole);
            partition.settle(whole, seen, folder == null ? -1 : epochBefore(folder, partition.startOffset()));
            shares.add(partition.share(
                    folder == null
                            ? partition.topic + "-" + partition.partition
                            : String.valueOf(folder.getFileName())));
            if (folder != null) {
                addReturning(folder, partition.mayReturn(gaps, logStart(folder)), mayReturn);
            }
        }
        return shares;
    }

    private long checkpointed(Path folder) {
        return Math.max(
                0, data.checkpointMarks(String.valueOf(folder.getFileName())).recoveryPoint());
    }

    /** Adds the whole batches from {@code end} on, as far as one follows the other from {@code from} on; answers the end of the last whole one of all. */
    private long walk(Path folder, long from, long end, List<SegmentBatch> whole) throws IOException {
        PartitionFiles partition = PartitionFiles.list(files, folder);
        long[] next = {from, 0};
        boolean[] open = {true};
        for (int i = 0; i < partition.segments().size(); i++) {
            Long following = partition.baseAfter(i);
            if (following != null && following <= from) {
                continue;
            }
            try (LogFile file = LogFile.open(files, partition.segments().get(i).log())) {
                var bounds = BatchScan.Bounds.from(partition.segments().get(i).baseOffset());
                new BatchScan(file, bounds).run(new BatchScan.Visitor() {
                    @Override
                    public void batch(BatchInfo batch) {
                        next[1] = Math.max(next[1], batch.lastOffset() + 1);
                        if (batch.lastOffset() < from) {
                            return;
                        }
                        open[0] &= batch.baseOffset() == next[0];
                        next[0] = batch.lastOffset() + 1;
                        if (open[0] && batch.baseOffset() >= end) {
                            whole.add(new SegmentBatch(
                                    file.path(),
                                    batch.position(),
                                    batch.sizeBytes(),
                                    batch.baseOffset(),
                                    batch.lastOffset(),
                                    batch.leaderEpoch(),
                                    batch.crc()));
                        }
                    }

                    @Override
                    public void damage(Damage damage) {
                        open[0] &= damage.lastOffset() < from && damage.firstOffset() < from;
                    }
                });
            }
        }
        return next[1];
    }

    private int epochBefore(Path folder, long offset) throws IOException {
        Path file = folder.resolve(LeaderEpochs.FILE);
        return offset == 0 || !files.exists(file)
                ? SalvagedPartition.NO_EPOCH
                : LeaderEpochs.decode(files.readAll(file)).at(offset - 1);
    }

    /**
     * Does it, after {@link #plan}, in a folder that nobody holds.
     *
     * @return where the journal is now
     */
    public Path run() throws IOException {
        Path kept = data.path().resolve(KeptEntries.FOLDER);
        files.createFolders(kept);
        List<SalvagedPartition> all = List.copyOf(partitions.values());
        for (int i = 0; i < all.size(); i += PARTITIONS_AT_A_TIME) {
            write(kept, all.subList(i, Math.min(all.size(), i + PARTITIONS_AT_A_TIME)));
        }
        for (SalvagedPartition partition : all) {
            dropOlder(kept, partition);
        }
        files.forceFolder(kept);
        // The segments end anywhere: no start may take them as they are.
        files.deleteIfExists(data.path().resolve(CleanShutdownMark.FILE));
        files.forceFolder(data.path());
        Path target = kept.resolve(DAMAGED);
        for (int number = 2; files.exists(target); number++) {
            target = kept.resolve(DAMAGED + "." + number);
        }
        files.rename(data.path().resolve(JournalSettings.FOLDER), target);
        files.forceFolder(kept);
        files.forceFolder(data.path());
        return target;
    }

    private static Path file(Path kept, SalvagedPartition partition) {
        return kept.resolve(KeptEntries.fileName(partition.topic, partition.partition, partition.startOffset()));
    }

    private void dropOlder(Path kept, SalvagedPartition partition) throws IOException {
        String prefix = partition.topic + "-" + partition.partition + "-";
        for (Path other : files.list(kept)) {
            if (String.valueOf(other.getFileName()).startsWith(prefix) && !other.equals(file(kept, partition))) {
                files.deleteIfExists(other);
            }
        }
    }

    private void write(Path kept, List<SalvagedPartition> some) throws IOException {
        Map<Key, Writer> writers = new HashMap<>();
        try {
            for (SalvagedPartition partition : some) {
                writers.put(
                        new Key(partition.topic, partition.partition),
                        new Writer(partition, KeptEntries.write(files, file(kept, partition))));
            }
            JournalSalvage.open(files, data.path()).read((entry, gaps) -> {
                Writer writer = writers.get(new Key(entry.topic(), entry.partition()));
                if (writer == null) {
                    return;
                }
                if (writer.partition.isPrior(entry.lsn())) {
                    writer.target.add(entry);
                } else if (writer.partition.isKeptLater(entry.lsn())) {
                    writer.segments();
                    writer.target.add(entry);
                }
            });
            for (Writer writer : writers.values()) {
                writer.segments();
                writer.target.finish();
            }
        } finally {
            for (Writer writer : writers.values()) {
                writer.target.close();
            }
        }
    }

    private final class Writer {
        final SalvagedPartition partition;
        final KeptEntries target;
        private boolean written;

        Writer(SalvagedPartition partition, KeptEntries target) {
            this.partition = partition;
            this.target = target;
        }

        /** What comes out of the segments follows what was before the damage. */
        void segments() throws IOException {
            if (written) {
                return;
            }
            written = true;
            @Nullable LogFile open = null;
            try {
                for (SegmentBatch batch : partition.fromSegments) {
                    if (open == null || !open.path().equals(batch.file())) {
                        if (open != null) {
                            open.close();
                        }
                        open = LogFile.open(files, batch.file());
                    }
                    ByteBuffer bytes = ByteBuffer.allocate(batch.sizeBytes());
                    open.read(bytes, batch.position());
                    target.add(
                            partition.lsnOfSegments(),
                            EntryKind.APPEND,
                            partition.topic,
                            partition.partition,
                            batch.base(),
                            bytes.flip());
                }
            } finally {
                if (open != null) {
                    open.close();
                }
            }
        }
    }
}
