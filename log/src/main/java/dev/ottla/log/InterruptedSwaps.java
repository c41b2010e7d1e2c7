package dev.ottla.log;

import dev.ottla.base.FileHandle;
import dev.ottla.base.Files;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Before a log is loaded, ends what a crash interrupted in {@link SegmentSwap}, or in Apache Kafka's. While there is a .cleaned file the swap had not
 * been decided: its files go. Else every .swap file takes its place, and what it was made from goes. May itself be interrupted at any step.
 */
final class InterruptedSwaps {
    private static final Logger LOG = LoggerFactory.getLogger(InterruptedSwaps.class);
    private static final List<String> INDEXES =
            List.of(SegmentNames.INDEX, SegmentNames.TIME_INDEX, SegmentNames.TRANSACTION_INDEX);

    private final Files files;
    private final Path folder;

    InterruptedSwaps(Files files, Path folder) {
        this.files = files;
        this.folder = folder;
    }

    /**
     * What is in the folder now, with no swap half done.
     *
     * @param found what was in it
     */
    FolderListing settle(FolderListing found) throws IOException {
        if (!found.hasAny(SegmentNames.CLEANED) && !found.hasAny(SegmentNames.SWAP)) {
            return found;
        }
        List<Path> cleaned = ending(SegmentNames.CLEANED);
        List<Path> swaps = ending(SegmentNames.SWAP);
        LOG.info("A cleaning of {} was interrupted; {}", folder, cleaned.isEmpty() ? "it is finished" : "it is undone");
        if (cleaned.isEmpty()) {
            finish(swaps);
        } else {
            undo(swaps, cleaned);
        }
        files.forceFolder(folder);
        return FolderListing.read(files, folder);
    }

    private List<Path> ending(String stage) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path file : files.list(folder)) {
            if (String.valueOf(file.getFileName()).endsWith(stage)) {
                found.add(file);
            }
        }
        return found;
    }

    /** The .cleaned ones go last: as long as there is one, no .swap file counts. */
    private void undo(List<Path> swaps, List<Path> cleaned) throws IOException {
        for (Path file : swaps) {
            files.deleteIfExists(file);
        }
        files.forceFolder(folder);
        for (Path file : cleaned) {
            files.deleteIfExists(file);
        }
    }

    private void finish(List<Path> swaps) throws IOException {
        Set<Long> bases = new TreeSet<>();
        for (Path file : swaps) {
            Long base = SegmentNames.offsetOf(file, SegmentNames.LOG + SegmentNames.SWAP);
            if (base != null) {
                bases.add(base);
            }
        }
        for (long base : bases) {
            removeCovered(base, bases);
        }
        for (long base : bases) {
            finish(new SegmentNames(folder, base));
        }
        // Apache Kafka renames the log first: its indexes may be left.
        for (Path file : ending(SegmentNames.SWAP)) {
            String name = String.valueOf(file.getFileName());
            files.rename(file, file.resolveSibling(name.substring(0, name.length() - SegmentNames.SWAP.length())));
        }
    }

    /** Segments whose offsets lie inside of one that takes their place, when nothing else says that they go (Apache Kafka leaves no mark). */
    private void removeCovered(long base, Set<Long> bases) throws IOException {
        long last =
                lastOffset(new SegmentNames(folder, base).at(SegmentNames.SWAP).log());
        for (Path file : files.list(folder)) {
            Long other = SegmentNames.offsetOf(file, SegmentNames.LOG);
            if (other != null && other > base && other <= last && !bases.contains(other)) {
                SegmentNames names = new SegmentNames(folder, other);
                for (String suffix : INDEXES) {
                    files.deleteIfExists(names.file(suffix));
                }
                files.deleteIfExists(names.log());
            }
        }
    }

    private long lastOffset(Path log) throws IOException {
        ByteBuffer scratch = ScratchBuffers.take();
        try (FileHandle handle = files.openReadOnly(log)) {
            long last = -1;
            HeaderCursor cursor = new HeaderCursor(handle, scratch, 0, (int) handle.size(), log, 0);
            while (cursor.look()) {
                last = cursor.lastOffset();
                cursor.step();
            }
            return last;
        } finally {
            ScratchBuffers.giveBack(scratch);
        }
    }

    private void finish(SegmentNames names) throws IOException {
        SegmentNames swap = names.at(SegmentNames.SWAP);
        boolean begun = !files.exists(swap.file(SegmentNames.INDEX)) && files.size(swap.log()) > 0;
        if (!begun) {
            // Those of the old segment; a new one need not have each of them.
            for (String suffix : INDEXES) {
                files.deleteIfExists(names.file(suffix));
            }
        }
        for (String suffix : INDEXES) {
            if (files.exists(swap.file(suffix))) {
                files.rename(swap.file(suffix), names.file(suffix));
            }
        }
        files.rename(swap.log(), names.log());
    }
}
