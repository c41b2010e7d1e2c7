package dev.ottla.log;

import dev.ottla.base.Files;
import dev.ottla.base.TopicPartition;
import dev.ottla.log.checkpoint.LeaderEpochs;
import dev.ottla.log.producer.ProducerStates;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Opens what an earlier process left in a partition's folder. After a clean close the files are taken as they are and only the end of the last
 * segment is looked at. Otherwise every segment from the recovery point on is checked batch by batch, a torn tail is cut, and indexes, epochs and
 * producers are rebuilt and forced before anything is served (S2). Damage below the recovery point is never cut (S3).
 */
final class LogLoader {
    private final LogEnvironment environment;
    private final Files files;
    private final TopicPartition partition;
    private final Path folder;
    private final LogConfig config;
    private final Forcing forcing;
    private final SegmentChecks checks;
    private @Nullable PartitionSums sums;

    LogLoader(LogEnvironment environment, TopicPartition partition, Path folder, LogConfig config) {
        this(environment, partition, folder, config, new ForcedEach(environment.files()));
    }

    /** @param forcing what recovery changes is durable when this has forced it, and must not be served before */
    LogLoader(LogEnvironment environment, TopicPartition partition, Path folder, LogConfig config, Forcing forcing) {
        this.forcing = forcing;
        this.environment = environment;
        this.files = environment.files();
        this.partition = partition;
        this.folder = folder;
        this.config = config;
        this.checks = new SegmentChecks(partition);
    }

    /** Compares what is found with these. */
    LogLoader expecting(@Nullable PartitionSums expected) {
        sums = expected;
        return this;
    }

    /** @throws DamagedLogException when what was forced is damaged */
    LoadedLog load(LoadFrom from) throws IOException {
        return load(from, FolderListing.read(files, folder));
    }

    /**
     * As the other, for who has looked into the folder.
     *
     * @param listed what is in it
     */
    LoadedLog load(LoadFrom from, FolderListing listed) throws IOException {
        long nowMs = environment.clock().wallMs();
        FolderListing found = new InterruptedSwaps(files, folder).settle(listed);
        FoundSegments segments = FoundSegments.open(environment, partition, config, found, from, nowMs);
        FoundEpochs epochs = FoundEpochs.read(files, partition, found, sums, from);
        IndexRebuild rebuild = new IndexRebuild(config, epochs);
        int firstScanned = from.clean() ? segments.size() : segments.firstNotTrusted(from.recoveryPoint());
        expectSums(segments, firstScanned, from.clean());
        new SegmentRepair(environment, found, checks, rebuild, forcing)
                .below(firstScanned, segments.all(), epochs.areMissing());
        ProducerStates producers = new ProducerStates();
        ProducerReplay replay = new ProducerReplay(environment, found);
        if (from.clean()) {
            checks.openCleanEnd(segments.last(), from.recoveryPoint());
        } else {
            replay.before(segments.list(), firstScanned, producers);
            new TailRecovery(partition, config, from, checks, rebuild)
                    .run(segments, firstScanned, replay.scannedInto(producers));
        }
        LogBounds bounds = LogBounds.settle(partition, segments, from);
        epochs.trim(bounds);
        segments.dropSnapshotsAbove(bounds.end());
        if (from.clean() || bounds.anew()) {
            replay.run(segments.list(), bounds.end(), rebuiltFrom(firstScanned, segments), producers);
        }
        if (!from.clean()) {
            makeDurable(segments, epochs, from);
        }
        closeUnused(segments, from);
        return loaded(segments, bounds, epochs, producers, from);
    }

    private void expectSums(FoundSegments segments, int firstScanned, boolean clean) throws IOException {
        if (sums != null) {
            checks.expect(segments.all().subList(0, firstScanned), sums, clean);
        }
    }

    private static long rebuiltFrom(int firstScanned, FoundSegments segments) {
        return firstScanned < segments.size() ? segments.get(firstScanned).baseOffset() : Long.MAX_VALUE;
    }

    /** What recovery accepted is forced before it is served, so that a second crash cannot take it back (S2). */
    private void makeDurable(FoundSegments segments, FoundEpochs epochs, LoadFrom from) throws IOException {
        if (!from.goesOn()) {
            // The one at the log's end would vouch for the indexes of a segment that goes on growing.
            segments.dropSnapshotsAbove(segments.last().baseOffset());
        }
        for (Segment segment : segments.all()) {
            if (segment != segments.last()) {
                segment.seal(forcing);
            } else if (!from.cut()) {
                // What lies below a cut was forced before its recovery point was written.
                segment.force(forcing);
            }
        }
        if (!epochs.areWritten()) {
            forcing.replace(folder.resolve(LeaderEpochs.FILE), epochs.now().encode());
        } else if (!from.cut() || segments.haveChanged()) {
            forcing.forceFolder(folder);
        }
    }

    private static void closeUnused(FoundSegments segments, LoadFrom from) throws IOException {
        for (Segment segment : segments.all()) {
            // The last one is about to be appended to.
            if (!from.goesOn() || segment != segments.last()) {
                segment.files().closeUnused();
            }
        }
    }

    private LoadedLog loaded(
            FoundSegments segments, LogBounds bounds, FoundEpochs epochs, ProducerStates producers, LoadFrom from) {
        return new LoadedLog(
                segments.list(),
                bounds.start(),
                bounds.end(),
                Math.clamp(from.highWatermark(), bounds.start(), bounds.end()),
                bounds.end(),
                epochs.now(),
                from.clean() ? epochs.written() : epochs.now(),
                producers,
                sums);
    }
}
