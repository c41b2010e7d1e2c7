package dev.ottla.log.journal;

import dev.ottla.base.Files;
import dev.ottla.base.TopicId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the last checkpoint made durable. Its file: magic i32, version i32, durable LSN i64, needed-from LSN i64, oldest generation i64, whether that
 * generation's file must be there i8, count i32, then {topic id 16 bytes, partition i32, offset i64, LSN i64} each, and in the last four bytes the
 * CRC32C of all before it.
 *
 * @param durableLsn durable in the journal when it was written: a journal that ends before it is damaged
 * @param neededFromLsn entries below it are not replayed
 * @param oldestGeneration files below it are not read
 * @param filesExpected whether a file of the oldest generation must be there
 */
record RecoveryPointsFile(
        long durableLsn, long neededFromLsn, long oldestGeneration, boolean filesExpected, List<RecoveryPoint> points) {
    static final String NAME = "recovery-points";

    /** Of a journal that was never started. */
    static final RecoveryPointsFile NONE = new RecoveryPointsFile(0, 1, 1, false, List.of());

    private static final int MAGIC = 0x4F544C52;
    private static final int VERSION = 1;
    private static final int HEAD_BYTES = 37;
    private static final int POINT_BYTES = 36;

    RecoveryPointsFile {
        points = List.copyOf(points);
    }

    static Path path(Path folder) {
        return folder.resolve(NAME);
    }

    void write(Files files, Path folder) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(HEAD_BYTES + points.size() * POINT_BYTES + Integer.BYTES);
        content.putInt(MAGIC)
                .putInt(VERSION)
                .putLong(durableLsn)
                .putLong(neededFromLsn)
                .putLong(oldestGeneration);
        content.put((byte) (filesExpected ? 1 : 0)).putInt(points.size());
        for (RecoveryPoint point : points) {
            content.putLong(point.topic().mostSignificantBits())
                    .putLong(point.topic().leastSignificantBits())
                    .putInt(point.partition())
                    .putLong(point.offset())
                    .putLong(point.lsn());
        }
        content.putInt(Blocks.crc(content, 0, content.position()));
        files.replace(path(folder), content.array());
    }

    static RecoveryPointsFile read(Files files, Path folder) throws IOException {
        Path path = path(folder);
        ByteBuffer content = ByteBuffer.wrap(files.readAll(path));
        int end = content.limit() - Integer.BYTES;
        if (end < HEAD_BYTES || content.getInt(end) != Blocks.crc(content, 0, end)) {
            throw new DamagedJournalException(
                    path, 0, 0, "the recovery points do not have the checksum they were written with");
        }
        if (content.getInt() != MAGIC) {
            throw new DamagedJournalException(path, 0, 0, "it does not begin as recovery points do");
        }
        int version = content.getInt();
        if (version != VERSION) {
            throw new IOException("The journal's " + path + " has format version " + version + "; this program knows "
                    + VERSION + ". Start the version of Ottla that wrote it");
        }
        return decode(path, content, end);
    }

    private static RecoveryPointsFile decode(Path path, ByteBuffer content, int end) throws IOException {
        long durableLsn = content.getLong();
        long neededFromLsn = content.getLong();
        long oldestGeneration = content.getLong();
        boolean filesExpected = content.get() != 0;
        int count = content.getInt();
        if (count < 0 || end - HEAD_BYTES != (long) count * POINT_BYTES) {
            throw new DamagedJournalException(
                    path, HEAD_BYTES - 4, 0, "it does not hold the " + count + " points that it says");
        }
        List<RecoveryPoint> points = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            TopicId topic = new TopicId(content.getLong(), content.getLong());
            points.add(new RecoveryPoint(topic, content.getInt(), content.getLong(), content.getLong()));
        }
        return new RecoveryPointsFile(durableLsn, neededFromLsn, oldestGeneration, filesExpected, points);
    }
}
