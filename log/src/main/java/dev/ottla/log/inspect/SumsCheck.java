package dev.ottla.log.inspect;

import dev.ottla.base.Files;
import dev.ottla.log.PartitionSums;
import dev.ottla.log.SegmentNames;
import dev.ottla.log.SegmentSum;
import dev.ottla.log.checkpoint.FlippedByte;
import dev.ottla.log.checkpoint.LeaderEpochs;
import dev.ottla.log.checkpoint.PartitionMetadata;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Holds a partition's files against the checksums in ottla-sums: those that a start would, and where it would rely on them. */
final class SumsCheck {
    private static final String BATCHES_COUNT =
            "nothing is lost: a broker goes by the batches, and makes the file anew";

    private final Files files;
    private final PartitionFiles partition;
    private final PartitionMarks marks;
    private final String repair;

    SumsCheck(Files files, PartitionFiles partition, PartitionMarks marks, String repair) {
        this.files = files;
        this.partition = partition;
        this.marks = marks;
        this.repair = repair;
    }

    /** @param epochs what leader-epoch-checkpoint says; null when it is missing or unreadable */
    void run(@Nullable LeaderEpochs epochs, Report report) throws IOException {
        List<Finding> found = findings(epochs);
        if (!found.isEmpty() && marks.moving()) {
            // The sums go before the files that they are of are changed.
            found.retainAll(findings(epochs));
        }
        found.forEach(report::finding);
    }

    private List<Finding> findings(@Nullable LeaderEpochs epochs) throws IOException {
        List<Finding> found = new ArrayList<>();
        Path file = partition.folder().resolve(PartitionSums.FILE);
        byte[] content = new byte[0];
        PartitionSums sums;
        try {
            content = SmallFiles.bytes(files, file);
            sums = PartitionSums.decode(content);
        } catch (NoSuchFileException none) {
            return found;
        } catch (IOException damaged) {
            found.add(Finding.damage(
                            file,
                            String.valueOf(damaged.getMessage()),
                            "nothing of the log is lost: a broker goes without it, and makes it anew")
                    .at(PartitionSums.flippedByte(content)));
            return found;
        }
        topic(sums, found);
        if (marks.vouched()) {
            epochs(sums, epochs, found);
            segments(sums, found);
        }
        return found;
    }

    private void topic(PartitionSums sums, List<Finding> found) {
        Path file = partition.folder().resolve(PartitionMetadata.FILE);
        try {
            var id = PartitionMetadata.decode(SmallFiles.bytes(files, file));
            if (!id.equals(sums.topic())) {
                found.add(Finding.damage(
                        file,
                        "the topic id is " + id + ", but " + PartitionSums.FILE + ", which has a checksum, says "
                                + sums.topic(),
                        "the next start takes " + PartitionSums.FILE + "'s, and writes this file anew"));
            }
        } catch (IOException toldAlready) {
            // With the metadata.
        }
    }

    private void epochs(PartitionSums sums, @Nullable LeaderEpochs epochs, List<Finding> found) {
        if (marks.clean() && epochs != null && !epochs.equals(sums.epochs())) {
            found.add(Finding.damage(
                    partition.folder().resolve(LeaderEpochs.FILE),
                    "the epochs are not those in " + PartitionSums.FILE + ", which has a checksum",
                    "the next start takes those of " + PartitionSums.FILE + ", and writes this file anew"));
        }
    }

    private void segments(PartitionSums sums, List<Finding> found) throws IOException {
        int end = marks.clean() ? partition.segments().size() : firstThatMayGrow();
        for (SegmentNames names : partition.segments().subList(0, end)) {
            SegmentSum sum = sums.segments().get(names.baseOffset());
            if (sum == null) {
                continue;
            }
            try {
                log(names, sum, found);
                index(names.file(SegmentNames.TIME_INDEX), sum.times(), found);
                index(names.file(SegmentNames.TRANSACTION_INDEX), sum.aborted(), found);
            } catch (NoSuchFileException removed) {
                if (!marks.moving()) {
                    throw removed;
                }
            }
        }
    }

    /** Its index: the segment that holds the recovery point, or an earlier one, whose end no producer snapshot marks. */
    private int firstThatMayGrow() {
        List<SegmentNames> segments = partition.segments();
        int first = segments.size() - 1;
        while (first > 0
                && (segments.get(first).baseOffset() > marks.recoveryPoint()
                        || !partition.all().contains(segments.get(first).file(SegmentNames.SNAPSHOT)))) {
            first--;
        }
        return Math.max(0, first);
    }

    private void log(SegmentNames names, SegmentSum sum, List<Finding> found) throws IOException {
        long size = files.size(names.log());
        if (size != sum.logBytes()) {
            found.add(Finding.damage(
                            names.log(),
                            "the segment ends at position " + size + ", but had " + sum.logBytes()
                                    + " bytes when it was sealed",
                            "restore the file from a copy, or " + repair + "; if that finds nothing, remove "
                                    + PartitionSums.FILE + " while the broker is stopped")
                    .at(Math.min(size, sum.logBytes())));
        }
    }

    private void index(Path file, int written, List<Finding> found) throws IOException {
        byte[] content = files.exists(file) ? SmallFiles.bytes(files, file) : new byte[0];
        if (FlippedByte.crcOf(content, content.length) != written) {
            found.add(Finding.damage(file, "it fails its checksum in " + PartitionSums.FILE, BATCHES_COUNT)
                    .at(FlippedByte.position(content, content.length, written)));
        }
    }
}
