package dev.ottla.log.inspect;

import dev.ottla.base.Files;
import dev.ottla.log.checkpoint.FlippedByte;
import dev.ottla.log.checkpoint.GuardedLogStarts;
import dev.ottla.log.checkpoint.OffsetCheckpoint;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Holds the log starts that have a checksum, and what they say of the other checkpoints of a data folder, against these. */
final class LogStartsCheck {
    /** In the order in which their checksums stand. */
    private static final List<String> OTHERS =
            List.of(OffsetCheckpoint.RECOVERY_POINTS, OffsetCheckpoint.HIGH_WATERMARKS);

    private static final String NO_FILE = "none";
    private static final String RESTORE = "restore the file from a copy";

    private final Files files;
    private final Path folder;
    private final boolean clean;
    private @Nullable GuardedLogStarts guarded;
    private @Nullable Finding damage;
    private boolean lastWord;

    private LogStartsCheck(Files files, Path folder, boolean clean) {
        this.files = files;
        this.folder = folder;
        this.clean = clean;
    }

    static LogStartsCheck read(Files files, Path folder, boolean clean) {
        LogStartsCheck check = new LogStartsCheck(files, folder, clean);
        check.read();
        return check;
    }

    private void read() {
        Path file = folder.resolve(GuardedLogStarts.FILE);
        byte[] content = new byte[0];
        try {
            content = SmallFiles.bytes(files, file);
            GuardedLogStarts whole = GuardedLogStarts.decode(content);
            guarded = whole;
            lastWord = whole.isLastWord(checksumOf(OTHERS.get(0)) + " " + checksumOf(OTHERS.get(1)), clean);
        } catch (NoSuchFileException none) {
            // Before the first record was deleted, or where Apache Kafka made the folder.
        } catch (IOException damaged) {
            damage = Finding.damage(
                            file,
                            String.valueOf(damaged.getMessage()),
                            "look whether " + OffsetCheckpoint.LOG_STARTS
                                    + " has every log begin where it should: the next start takes its word, and writes"
                                    + " this file anew")
                    .at(GuardedLogStarts.flippedByte(content));
        }
    }

    private String checksumOf(String name) {
        try {
            return GuardedLogStarts.checksumOf(SmallFiles.bytes(files, folder.resolve(name)));
        } catch (NoSuchFileException none) {
            return NO_FILE;
        } catch (IOException unreadable) {
            return "unreadable";
        }
    }

    /** Whether a start relies on the file, and on the checksums that partitions have. */
    boolean isVouching() {
        return guarded != null && lastWord;
    }

    /** @param plain what Kafka's file says; null when it cannot be read */
    void tell(@Nullable Map<String, Long> plain, boolean moving, Report report) {
        Finding found = damage;
        if (found != null) {
            report.finding(found);
        }
        GuardedLogStarts own = guarded;
        if (own == null || moving) {
            return;
        }
        if (!lastWord) {
            report.finding(Finding.note(
                    folder.resolve(GuardedLogStarts.FILE),
                    "the other checkpoints were written after it",
                    "right when Apache Kafka has used the folder, or the checkpoints come from a copy: no checksum of"
                            + " Ottla's is relied on until a broker has written them anew"));
            return;
        }
        if (plain != null && !own.offsets().equals(plain)) {
            report.finding(otherStarts(own.offsets(), plain));
        }
        if (own.others() != null) {
            others(own.others().split(" ", -1), report);
        }
    }

    /** The guarded file is written first: after a crash the other may be older. */
    private Finding otherStarts(Map<String, Long> right, Map<String, Long> plain) {
        TreeSet<String> names = new TreeSet<>(right.keySet());
        names.addAll(plain.keySet());
        names.removeIf(name -> right.getOrDefault(name, -1L).equals(plain.getOrDefault(name, -1L)));
        Path file = folder.resolve(OffsetCheckpoint.LOG_STARTS);
        String problem = "it differs from " + GuardedLogStarts.FILE + ", which has a checksum, in "
                + FolderVerifier.printable(names.first())
                + (names.size() == 1 ? "" : " and " + (names.size() - 1) + " more");
        String advice = "the next start takes " + GuardedLogStarts.FILE + " and writes this file anew";
        return clean ? Finding.damage(file, problem, advice) : Finding.note(file, problem, advice);
    }

    private void others(String[] then, Report report) {
        for (int i = 0; i < OTHERS.size(); i++) {
            Path file = folder.resolve(OTHERS.get(i));
            try {
                if (then[i].equals(checksumOf(OTHERS.get(i)))) {
                    continue;
                }
                byte[] content = SmallFiles.bytes(files, file);
                report.finding(Finding.damage(
                                file,
                                "it is not what it was when the folder was closed: it fails the checksum in "
                                        + GuardedLogStarts.FILE,
                                RESTORE)
                        .at(positionIn(content, then[i])));
            } catch (NoSuchFileException gone) {
                report.finding(Finding.damage(file, "the file is missing", RESTORE));
            } catch (IOException unreadable) {
                // Told with the checkpoints.
            }
        }
    }

    private static int positionIn(byte[] content, String checksum) {
        return checksum.equals(NO_FILE)
                ? FlippedByte.NONE
                : FlippedByte.position(content, content.length, Integer.parseUnsignedInt(checksum, 16));
    }
}
