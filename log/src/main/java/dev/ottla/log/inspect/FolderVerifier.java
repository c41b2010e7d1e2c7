package dev.ottla.log.inspect;

import dev.ottla.base.Files;
import dev.ottla.base.TopicId;
import dev.ottla.log.checkpoint.PartitionMetadata;
import dev.ottla.log.journal.DamagedJournalException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Says whether a whole data folder is in order: its checkpoints, then every partition. */
public final class FolderVerifier {
    private final Files files;
    private final Report report;
    private final Map<String, TopicId> topics = new HashMap<>();

    public FolderVerifier(Files files, Report report) {
        this.files = files;
        this.report = report;
    }

    /** The checkpoints of the folder. */
    public void checkpoints(DataFolder folder) throws IOException {
        for (Map.Entry<Path, IOException> unreadable : folder.unreadable().entrySet()) {
            report.finding(Finding.damage(
                    unreadable.getKey(),
                    String.valueOf(unreadable.getValue().getMessage()),
                    "restore the file from a copy; without it the next start looks through all segments, and takes"
                            + " damage at their end for a torn write"));
        }
        folder.tellOfLogStarts(report);
        JournalView journal = folder.journal();
        DamagedJournalException damage = journal == null ? null : journal.damage();
        if (damage != null) {
            report.finding(Finding.damage(
                            damage.file(),
                            String.valueOf(damage.getMessage()),
                            "restore the file from a copy, or give up what is lost of it: `ottla log repair "
                                    + DataFolder.JOURNAL + "`; until then no broker starts on the folder")
                    .at(damage.position()));
        }
        List<String> present = new ArrayList<>();
        for (Path path : folder.partitions()) {
            present.add(String.valueOf(path.getFileName()));
        }
        if (folder.isMoving()) {
            return;
        }
        for (String name : folder.checkpointed()) {
            if (!present.contains(name)) {
                report.finding(Finding.note(
                        folder.path(),
                        "the checkpoints name partition '" + printable(name) + "', which has no folder here",
                        "right when its topic was deleted, or it was moved"));
            }
        }
    }

    static String printable(String name) {
        return name.codePoints()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .limit(300)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** One partition of the folder. */
    public void partition(DataFolder folder, Path path) throws IOException {
        try (RecordWalk walk = new RecordWalk()) {
            PartitionFiles partition = PartitionFiles.list(files, path);
            PartitionMarks marks = folder.marks(partition.name());
            new PartitionVerifier(files, partition, marks, walk, report).run();
            sameTopic(path);
        } catch (NoSuchFileException removed) {
            if (!folder.isMoving()) {
                throw removed;
            }
        }
    }

    /** A topic's partitions have one id; a damaged one is told where there are others. */
    private void sameTopic(Path path) throws IOException {
        String name = String.valueOf(path.getFileName());
        int dash = name.lastIndexOf('-');
        Path file = path.resolve(PartitionMetadata.FILE);
        TopicId id;
        try {
            id = PartitionMetadata.decode(SmallFiles.bytes(files, file));
        } catch (IOException toldAlready) {
            return;
        }
        TopicId other = topics.putIfAbsent(dash < 0 ? name : name.substring(0, dash), id);
        if (other != null && !other.equals(id)) {
            report.finding(Finding.damage(
                    file,
                    "the topic id is " + id + ", another partition of the topic has " + other,
                    "find out which is right (ottla topic describe), and restore the other file from a copy"));
        }
    }

    /** One file: a segment's with what belongs to the segment, another by itself. */
    public void file(DataFolder folder, Path file) throws IOException {
        Path parent = file.toAbsolutePath().normalize().getParent();
        if (parent == null) {
            throw new IOException(file + " is in no folder");
        }
        try (RecordWalk walk = new RecordWalk()) {
            PartitionFiles partition = PartitionFiles.list(files, parent);
            new PartitionVerifier(files, partition, folder.marks(partition.name()), walk, report).one(file);
        }
    }
}
