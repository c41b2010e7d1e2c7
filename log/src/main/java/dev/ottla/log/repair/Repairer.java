package dev.ottla.log.repair;

import dev.ottla.base.Files;
import dev.ottla.log.SegmentNames;
import dev.ottla.log.checkpoint.LeaderEpochs;
import dev.ottla.log.inspect.BatchInfo;
import dev.ottla.log.inspect.BatchScan;
import dev.ottla.log.inspect.Damage;
import dev.ottla.log.inspect.FileKind;
import dev.ottla.log.inspect.LogFile;
import dev.ottla.log.inspect.PartitionFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Does what a plan says, to a partition that nobody holds. Everything new is written beside the old and forced first. Then the indexes of the
 * segments concerned go, so that no start of a broker takes them for right, and last the new files take their places, one rename each: a crash on
 * the way leaves the damage, or a segment without indexes, which a start builds anew; repairing again goes on from there.
 */
public final class Repairer {
    private final Files files;
    private final PartitionFiles partition;
    private final RepairPlan plan;
    private final long recoveryPoint;
    private final List<Path> setAside = new ArrayList<>();

    public Repairer(Files files, PartitionFiles partition, RepairPlan plan, long recoveryPoint) {
        this.files = files;
        this.partition = partition;
        this.plan = plan;
        this.recoveryPoint = recoveryPoint;
    }

    /** @return the originals that were kept */
    public List<Path> run() throws IOException {
        Path folder = partition.folder();
        LeaderEpochs epochs = epochs();
        deleteLeftovers();
        for (SegmentRepair segment : plan.segments()) {
            if (segment.rewrites()) {
                SegmentCopy.write(files, segment, rewritten(segment), epochs, recoveryPoint);
                check(segment);
                keepOriginal(segment.names().log());
            }
        }
        LeaderEpochs fromBatches = buildIndexes();
        files.forceFolder(folder);
        for (Path snapshot : plan.snapshots()) {
            files.deleteIfExists(snapshot);
        }
        for (SegmentRepair segment : needed()) {
            for (String suffix : indexSuffixes()) {
                files.deleteIfExists(segment.names().file(suffix));
            }
        }
        files.forceFolder(folder);
        // Checksums of what is about to change.
        files.deleteIfExists(folder.resolve(SegmentNames.SUMS));
        files.forceFolder(folder);
        takePlaces();
        if (plan.epochs()) {
            keepOriginal(folder.resolve(LeaderEpochs.FILE));
            files.replace(folder.resolve(LeaderEpochs.FILE), fromBatches.encode());
        }
        SegmentNames created = plan.created();
        if (created != null) {
            for (String suffix : List.of(SegmentNames.INDEX, SegmentNames.TIME_INDEX, SegmentNames.LOG)) {
                new ForcedFile(files, created.file(suffix)).close();
            }
        }
        files.forceFolder(folder);
        return setAside;
    }

    private List<SegmentRepair> needed() {
        return plan.segments().stream().filter(SegmentRepair::isNeeded).toList();
    }

    private static List<String> indexSuffixes() {
        return List.of(SegmentNames.INDEX, SegmentNames.TIME_INDEX, SegmentNames.TRANSACTION_INDEX);
    }

    /** Of a repair that a crash cut short. */
    private void deleteLeftovers() throws IOException {
        for (SegmentRepair segment : needed()) {
            files.deleteIfExists(rewritten(segment));
            for (String suffix : indexSuffixes()) {
                files.deleteIfExists(segment.names().file(suffix + IndexBuilder.NEW));
            }
        }
    }

    private static Path rewritten(SegmentRepair segment) {
        return segment.names().file(SegmentNames.LOG + IndexBuilder.NEW);
    }

    private @Nullable LeaderEpochs epochs() throws IOException {
        Path file = partition.folder().resolve(LeaderEpochs.FILE);
        return plan.epochs() || !files.exists(file) ? null : LeaderEpochs.decode(files.readAll(file));
    }

    /** What was written must be whole, but for what the plan leaves to the next start. */
    private void check(SegmentRepair segment) throws IOException {
        long leaves = segment.mends().stream()
                .filter(mend -> mend instanceof Mend.Leave)
                .count();
        long[] found = {0};
        try (LogFile file = LogFile.open(files, rewritten(segment))) {
            new BatchScan(file, segment.bounds()).run(new BatchScan.Visitor() {
                @Override
                public void batch(BatchInfo batch) {}

                @Override
                public void damage(Damage damage) {
                    found[0]++;
                }
            });
        }
        if (found[0] > leaves) {
            throw new IOException("The repaired " + segment.names().log()
                    + " would not be whole: the partition is left as it is. Restore the file from a copy");
        }
    }

    private void keepOriginal(Path file) throws IOException {
        String name = String.valueOf(file.getFileName()) + FileKind.DAMAGED;
        Path target = file.resolveSibling(name);
        for (int number = 2; files.exists(target); number++) {
            target = file.resolveSibling(name + "-" + number);
        }
        Path temporary = file.resolveSibling(name + IndexBuilder.NEW);
        SegmentCopy.copy(files, file, temporary);
        files.rename(temporary, target);
        setAside.add(target);
    }

    /** Walks the whole log, as transactions and epochs reach over segments; answers the epochs in its batches. */
    private LeaderEpochs buildIndexes() throws IOException {
        List<LeaderEpochs> epochs = new ArrayList<>(List.of(LeaderEpochs.EMPTY));
        try (TransactionIndexBuilder transactions = new TransactionIndexBuilder(files)) {
            for (SegmentNames names : partition.segments()) {
                SegmentRepair repair = needed().stream()
                        .filter(segment -> segment.names().equals(names))
                        .findFirst()
                        .orElse(null);
                Path source = repair != null && repair.rewrites() ? rewritten(repair) : names.log();
                transactions.begin(names, repair == null ? null : repair.lost());
                try (LogFile log = LogFile.open(files, source);
                        IndexBuilder indexes =
                                repair == null ? null : new IndexBuilder(files, names, log, transactions)) {
                    BatchScan.Bounds bounds =
                            repair == null ? BatchScan.Bounds.from(names.baseOffset()) : repair.bounds();
                    new BatchScan(log, bounds).run(new BatchScan.Visitor() {
                        @Override
                        public void batch(BatchInfo batch) throws IOException {
                            epochs.set(0, epochs.getFirst().assign(batch.leaderEpoch(), batch.baseOffset()));
                            if (indexes == null) {
                                transactions.batch(log, batch);
                            } else {
                                indexes.batch(batch);
                            }
                        }

                        @Override
                        public void damage(Damage damage) {}
                    });
                }
            }
        }
        return epochs.getFirst();
    }

    private void takePlaces() throws IOException {
        for (SegmentRepair segment : needed()) {
            if (segment.rewrites()) {
                files.rename(rewritten(segment), segment.names().log());
            }
        }
        files.forceFolder(partition.folder());
        for (SegmentRepair segment : needed()) {
            for (String suffix : indexSuffixes()) {
                Path made = segment.names().file(suffix + IndexBuilder.NEW);
                if (files.exists(made)) {
                    files.rename(made, segment.names().file(suffix));
                }
            }
        }
    }
}
