package dev.ottla.log;

import dev.ottla.base.Files;
import dev.ottla.base.TopicId;
import dev.ottla.log.checkpoint.FlippedByte;
import dev.ottla.log.checkpoint.LeaderEpochs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checksums of a partition's files that have none in Kafka's formats, and its leader epochs once more. The file, ottla-sums: magic i32, version i32,
 * topic id 16 bytes, bytes of the epochs i32, the epochs as in leader-epoch-checkpoint, count i32, then {base offset i64, bytes of the log i32, CRC32C of the time index
 * i32, of the transaction index i32} of each sealed segment, and in the last four bytes the CRC32C of all before it. It goes, durably, before
 * segments are cut, swapped or repaired.
 */
public record PartitionSums(TopicId topic, LeaderEpochs epochs, Map<Long, SegmentSum> segments) {
    public static final String FILE = SegmentNames.SUMS;

    private static final Logger LOG = LoggerFactory.getLogger(PartitionSums.class);
    private static final int MAGIC = 0x4F545355;
    private static final int VERSION = 1;
    private static final int HEAD_BYTES = 32;
    private static final int SEGMENT_BYTES = 20;

    public PartitionSums {
        segments = Map.copyOf(segments);
    }

    static PartitionSums of(TopicId topic, SegmentList list, LeaderEpochs epochs) {
        Map<Long, SegmentSum> sums = new HashMap<>();
        for (Segment segment : list.all()) {
            SegmentSum sum = segment.sum();
            if (sum != null) {
                sums.put(segment.baseOffset(), sum);
            }
        }
        return new PartitionSums(topic, epochs, sums);
    }

    /** Writes those of a log where they differ from {@code written}; what is written now. */
    static @Nullable PartitionSums write(LogState state, SegmentList segments, LeaderEpochs epochs, Forcing forcing)
            throws IOException {
        PartitionSums written = state.writtenSums;
        PartitionSums now = of(state.partition.topicId(), segments, epochs)
                .keeping(written, segments.active().baseOffset());
        if (now.equals(written) || (written == null && now.segments().isEmpty())) {
            return written;
        }
        state.writtenSums = null;
        forcing.replace(state.folder.resolve(FILE), now.encode());
        return now;
    }

    /**
     * With what was written of the segment that is appended to, and is no longer so: nobody goes by it before the segment is sealed again, when it is
     * replaced before the snapshot that has a start go by it; and to take it back would be a new file for each of ten thousand partitions after a crash.
     */
    private PartitionSums keeping(@Nullable PartitionSums written, long active) {
        SegmentSum old = written == null ? null : written.segments().get(active);
        if (old == null || segments.containsKey(active)) {
            return this;
        }
        Map<Long, SegmentSum> all = new HashMap<>(segments);
        all.put(active, old);
        return new PartitionSums(topic, epochs, all);
    }

    /** What they say is about to be wrong: they go first. */
    static void drop(Files files, Path folder) throws IOException {
        if (files.deleteIfExists(folder.resolve(FILE))) {
            files.forceFolder(folder);
        }
    }

    /** Null when there are none in the folder, or none to be relied on: they are made anew. */
    static @Nullable PartitionSums read(Files files, FolderListing found) throws IOException {
        if (!found.has(FILE)) {
            return null;
        }
        Path file = found.folder().resolve(FILE);
        byte[] content = files.readAll(file);
        try {
            return decode(content);
        } catch (IOException unreadable) {
            LOG.warn("Cannot read {}; it is made anew", file, unreadable);
            return null;
        }
    }

    byte[] encode() {
        byte[] text = epochs.encode();
        List<SegmentSum> sums = new ArrayList<>(segments.values());
        sums.sort((one, other) -> Long.compare(one.baseOffset(), other.baseOffset()));
        ByteBuffer out = ByteBuffer.allocate(HEAD_BYTES + text.length + sums.size() * SEGMENT_BYTES + Integer.BYTES);
        out.putInt(MAGIC)
                .putInt(VERSION)
                .putLong(topic.mostSignificantBits())
                .putLong(topic.leastSignificantBits())
                .putInt(text.length)
                .put(text)
                .putInt(sums.size());
        for (SegmentSum sum : sums) {
            out.putLong(sum.baseOffset())
                    .putInt(sum.logBytes())
                    .putInt(sum.times())
                    .putInt(sum.aborted());
        }
        out.putInt(FlippedByte.crcOf(out.array(), out.position()));
        return out.array();
    }

    /** @throws IOException when they are damaged, or of another version */
    public static PartitionSums decode(byte[] content) throws IOException {
        int end = content.length - Integer.BYTES;
        ByteBuffer in = ByteBuffer.wrap(content);
        if (end < HEAD_BYTES || in.getInt(end) != FlippedByte.crcOf(content, end) || in.getInt() != MAGIC) {
            throw new IOException("The file " + FILE + " does not have the checksum it was written with");
        }
        int version = in.getInt();
        if (version != VERSION) {
            throw new IOException("Unknown version " + version + " of " + FILE);
        }
        TopicId topic = new TopicId(in.getLong(), in.getLong());
        byte[] text = new byte[in.getInt()];
        in.get(text);
        Map<Long, SegmentSum> sums = new HashMap<>();
        for (int left = in.getInt(); left > 0; left--) {
            SegmentSum sum = new SegmentSum(in.getLong(), in.getInt(), in.getInt(), in.getInt());
            sums.put(sum.baseOffset(), sum);
        }
        return new PartitionSums(topic, LeaderEpochs.decode(text), sums);
    }

    /** Where the one byte is that damaged such a file; {@link FlippedByte#NONE} when it is not known. */
    public static int flippedByte(byte[] content) {
        int end = content.length - Integer.BYTES;
        if (end < 0) {
            return FlippedByte.NONE;
        }
        int position =
                FlippedByte.position(content, end, ByteBuffer.wrap(content).getInt(end));
        byte[] checksum = ByteBuffer.allocate(Integer.BYTES)
                .putInt(FlippedByte.crcOf(content, end))
                .array();
        return position != FlippedByte.NONE ? position : FlippedByte.onlyDifference(content, end, checksum);
    }
}
