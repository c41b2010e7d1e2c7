package dev.ottla.log.journal;

import dev.ottla.base.Clock;
import dev.ottla.base.RandomSource;
import dev.ottla.base.TopicId;
import dev.ottla.log.SimulatedFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A journal on a simulated disk, without a thread of its own, and what it was given and told. */
final class TestJournal {
    static final Path FOLDER = Path.of("/data/ottla-journal");
    static final TopicId TOPIC = new TopicId(7, 8);
    static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    static final JournalSettings SMALL = new JournalSettings(FOLDER, 96 << 10, 12 << 10, 32 << 10, 16 << 10);

    /** An entry by value. */
    record Seen(long lsn, EntryKind kind, TopicId topic, int partition, long offset, String payload) {
        static Seen of(JournalEntry entry) {
            byte[] bytes = new byte[entry.payload().remaining()];
            entry.payload().get(bytes);
            return new Seen(
                    entry.lsn(), entry.kind(), entry.topic(), entry.partition(), entry.offset(), summary(bytes));
        }
    }

    /** Bytes in short, for messages that can be read. */
    static String summary(byte... bytes) {
        return bytes.length + " bytes, CRC " + Blocks.crc(ByteBuffer.wrap(bytes), 0, bytes.length);
    }

    final SimulatedFiles files;
    final JournalSettings settings;
    final List<IOException> failures = new ArrayList<>();
    final List<Seen> appended = new ArrayList<>();
    final List<String> told = new ArrayList<>();
    long acknowledgedLsn;
    Journal journal;
    private final Map<Integer, JournalStream> streams = new HashMap<>();

    TestJournal(SimulatedFiles files, JournalSettings settings) {
        this.files = files;
        this.settings = settings;
        files.createFolders(settings.folder().getParent());
    }

    static TestJournal fresh() throws IOException {
        TestJournal test = new TestJournal(new SimulatedFiles(), SMALL);
        test.open();
        test.start();
        return test;
    }

    void open() throws IOException {
        streams.clear();
        journal = Journal.open(files, settings, RandomSource.seeded(files.writes), Clock.system(), failures::add);
    }

    void start() throws IOException {
        journal.start(null, Runnable::run);
    }

    List<Seen> replay() throws IOException {
        List<Seen> seen = new ArrayList<>();
        journal.replay(entry -> seen.add(Seen.of(entry)));
        return seen;
    }

    /** Everything is as a new process finds it; replayed and started. */
    List<Seen> reopen() throws IOException {
        open();
        List<Seen> seen = replay();
        start();
        return seen;
    }

    long append(int partition, int bytes) {
        return append(EntryKind.APPEND, partition, bytes);
    }

    long append(EntryKind kind, int partition, int bytes) {
        long next = journal.lastLsn() + 1;
        byte[] payload = new byte[bytes];
        Arrays.fill(payload, (byte) (next * 31));
        long lsn = stream(partition).append(kind, 10 * next, 10 * next + 1, ByteBuffer.wrap(payload));
        appended.add(new Seen(lsn, kind, TOPIC, partition, 10 * next, summary(payload)));
        return lsn;
    }

    JournalStream stream(int partition) {
        return streams.computeIfAbsent(
                partition,
                number -> journal.stream(TOPIC, number, (endOffset, lsn) -> {
                    told.add(number + ":" + endOffset + "@" + lsn);
                    acknowledgedLsn = Math.max(acknowledgedLsn, lsn);
                }));
    }

    List<Path> journalFiles() throws IOException {
        return files.list(settings.folder()).stream()
                .filter(path -> StoredFile.generation(path) >= 0)
                .toList();
    }

    /** One group of one entry whose group has the given bytes on the disk, a multiple of the block. */
    void group(int totalBytes) throws IOException {
        append(1, totalBytes - GroupHeader.BYTES - EntryFormat.HEADER_BYTES);
        journal.commit();
    }
}
