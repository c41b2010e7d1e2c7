package dev.ottla.log;

import dev.ottla.base.Files;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The end of segments that are no part of their log any more. */
final class SegmentRemoval {
    private static final List<String> SUFFIXES = List.of(
            SegmentNames.LOG,
            SegmentNames.INDEX,
            SegmentNames.TIME_INDEX,
            SegmentNames.TRANSACTION_INDEX,
            SegmentNames.SNAPSHOT);

    private SegmentRemoval() {}

    /** Lets no reader in any more, renames the files, has them deleted later. */
    static void remove(LogState state, List<Segment> segments, long nowMs) throws IOException {
        Files files = state.environment.files();
        for (Segment segment : segments) {
            segment.retire();
            List<Path> renamed = new ArrayList<>();
            for (String suffix : SUFFIXES) {
                Path file = segment.names().file(suffix);
                Path target = file.resolveSibling(file.getFileName() + SegmentNames.DELETED);
                if (files.exists(file)) {
                    files.rename(file, target);
                }
                // Also what was renamed before a full disk got in the way.
                if (files.exists(target)) {
                    renamed.add(target);
                }
            }
            long dueMs = nowMs + state.config.fileDeleteDelayMs();
            state.environment.deletes().add(new DelayedDeletes.Delete(dueMs, renamed, List.of(segment)));
        }
    }
}
