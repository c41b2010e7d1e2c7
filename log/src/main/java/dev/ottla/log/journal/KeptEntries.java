package dev.ottla.log.journal;

import dev.ottla.base.FileHandle;
import dev.ottla.base.Files;
import dev.ottla.base.TopicId;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Entries of one partition that could not be re-applied, kept beside it so that the journal's files can be recycled. Replaced as a whole: a crash
 * leaves the old file or the new one. Its file: magic i32, version i32, then {LSN i64, an entry as in a group, CRC32C i32 over both} each, and at the end
 * {-1 i64, count i64, CRC32C i32 over both}.
 */
public final class KeptEntries implements Closeable {
    public static final String FILE = "journal-kept";

    /** Where a data folder has such files, each called {@link #fileName}. */
    public static final String FOLDER = "ottla-kept";

    private static final int MAGIC = 0x4F544C4B;
    private static final int VERSION = 1;
    private static final int HEAD_BYTES = 8;
    private static final int FRAME_BYTES = Long.BYTES + EntryFormat.HEADER_BYTES + Integer.BYTES;
    private static final int END_BYTES = 20;
    private static final long END_LSN = -1;

    private final Files files;
    private final Path file;
    private final Path unfinished;
    private final FileHandle handle;
    private long position;
    private long count;
    private boolean finished;

    private KeptEntries(Files files, Path file, Path unfinished) throws IOException {
        this.files = files;
        this.file = file;
        this.unfinished = unfinished;
        this.handle = files.open(unfinished, true);
    }

    /** Begins a new version of {@code file}; nothing of it is seen before {@link #finish}. */
    public static KeptEntries write(Files files, Path file) throws IOException {
        KeptEntries kept = new KeptEntries(files, file, file.resolveSibling(file.getFileName() + ".tmp"));
        try {
            kept.handle.truncate(0);
            kept.write(ByteBuffer.allocate(HEAD_BYTES).putInt(MAGIC).putInt(VERSION));
            return kept;
        } catch (IOException failure) {
            kept.close();
            throw failure;
        }
    }

    private void write(ByteBuffer full) throws IOException {
        full.flip();
        int bytes = full.limit();
        handle.write(full, position);
        position += bytes;
    }

    /** @param offset from which on the file has all entries of the partition */
    public static String fileName(TopicId topic, int partition, long offset) {
        return topic + "-" + partition + "-" + offset;
    }

    public void add(JournalEntry entry) throws IOException {
        add(entry.lsn(), entry.kind(), entry.topic(), entry.partition(), entry.offset(), entry.payload());
    }

    /** @param payload a batch for an APPEND, else empty; from its position to its limit */
    public void add(long lsn, EntryKind kind, TopicId topic, int partition, long offset, ByteBuffer payload)
            throws IOException {
        int bytes = payload.remaining();
        ByteBuffer frame = ByteBuffer.allocate(Math.addExact(FRAME_BYTES, bytes));
        frame.putLong(lsn);
        EntryFormat.put(frame, Long.BYTES, kind, topic, partition, offset, bytes);
        frame.position(Long.BYTES + EntryFormat.HEADER_BYTES).put(payload.duplicate());
        write(frame.putInt(Blocks.crc(frame, 0, frame.position())));
        count++;
    }

    /** Makes the new version durable and puts it in the place of the old one. */
    public void finish() throws IOException {
        ByteBuffer end = ByteBuffer.allocate(END_BYTES).putLong(END_LSN).putLong(count);
        write(end.putInt(Blocks.crc(end, 0, end.position())));
        handle.force(true);
        files.rename(unfinished, file);
        Path folder = file.getParent();
        if (folder != null) {
            files.forceFolder(folder);
        }
        finished = true;
    }

    /** Without {@link #finish} before it, drops the new version. */
    @Override
    public void close() throws IOException {
        handle.close();
        if (!finished) {
            files.deleteIfExists(unfinished);
        }
    }

    /**
     * Shows every entry, in the order in which they were added; none when there is no such file.
     *
     * @throws DamagedJournalException when the file is not whole
     */
    public static void replay(Files files, Path file, JournalVisitor visitor) throws IOException {
        if (!files.exists(file)) {
            return;
        }
        try (FileHandle handle = files.openReadOnly(file)) {
            new Reader(file, handle, visitor).read();
        }
    }

    private static final class Reader {
        private final Path file;
        private final FileHandle handle;
        private final JournalVisitor visitor;
        private final JournalEntry entry = new JournalEntry();
        private long position = HEAD_BYTES;
        private long lsn;

        Reader(Path file, FileHandle handle, JournalVisitor visitor) {
            this.file = file;
            this.handle = handle;
            this.visitor = visitor;
        }

        void read() throws IOException {
            ByteBuffer head = bytes(0, HEAD_BYTES);
            if (head.getInt(0) != MAGIC) {
                throw damaged("it does not begin as kept entries do");
            }
            if (head.getInt(4) != VERSION) {
                throw new IOException("The file " + file + " has format version " + head.getInt(4)
                        + "; this program knows " + VERSION + ". Start the version of Ottla that wrote it");
            }
            long shown = 0;
            while (next()) {
                visitor.entry(entry);
                shown++;
            }
            ByteBuffer end = checked(END_BYTES);
            if (end.getLong(Long.BYTES) != shown) {
                throw damaged("it says that it holds " + end.getLong(Long.BYTES) + " entries, and there are " + shown);
            }
        }

        private boolean next() throws IOException {
            lsn = bytes(position, Long.BYTES).getLong(0);
            if (lsn == END_LSN) {
                return false;
            }
            int payloadBytes = EntryFormat.payloadBytes(bytes(position, FRAME_BYTES), Long.BYTES);
            if (payloadBytes < 0 || payloadBytes > handle.size() - position - FRAME_BYTES) {
                throw damaged("the entry here goes on after the file's end");
            }
            ByteBuffer frame = checked(FRAME_BYTES + payloadBytes);
            if (!entry.show(frame, Long.BYTES, lsn)) {
                throw damaged("the entry here is of no known kind");
            }
            entry.standsIn(file, position);
            position += frame.limit();
            return true;
        }

        private ByteBuffer checked(int size) throws IOException {
            ByteBuffer frame = bytes(position, size);
            int end = size - Integer.BYTES;
            if (frame.getInt(end) != Blocks.crc(frame, 0, end)) {
                throw damaged("what is here does not have the checksum it was written with");
            }
            return frame;
        }

        private ByteBuffer bytes(long from, int size) throws IOException {
            ByteBuffer target = ByteBuffer.allocate(size);
            StoredFile.readFully(handle, target, from);
            if (target.hasRemaining()) {
                throw damaged("it ends too early");
            }
            return target.flip();
        }

        private DamagedJournalException damaged(String what) {
            return new DamagedJournalException(file, position, lsn, what);
        }
    }
}
