package dev.ottla.log.inspect;

import java.util.Map;
import java.util.TreeMap;

/**
 * Where the space of a partition is. Numbers of records are those that the batches' headers say.
 *
 * @param logBytes of the .log files
 * @param indexBytes of the offset, time and transaction indexes
 * @param waitingBytes deleted, and not removed yet
 * @param setAsideBytes originals of repaired files
 * @param otherBytes snapshots, epochs and the like
 * @param firstOffset of the first segment, or the log start when that is known and higher
 * @param oldestMs the smallest timestamp of a batch's first record; -1 when there is none
 * @param newestMs the largest timestamp; -1 when there is none
 * @param codecs by name
 * @param damaged whether the headers of a segment could not be followed to its end
 */
public record PartitionStats(
        String partition,
        long logBytes,
        long indexBytes,
        long waitingBytes,
        long setAsideBytes,
        long otherBytes,
        int segments,
        long batches,
        long records,
        long firstOffset,
        long nextOffset,
        long oldestMs,
        long newestMs,
        Map<String, CodecStats> codecs,
        boolean damaged) {
    private static final PartitionStats NOTHING =
            new PartitionStats("", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, Map.of(), false);

    /** All of its bytes. */
    public long totalBytes() {
        return logBytes + indexBytes + waitingBytes + setAsideBytes + otherBytes;
    }

    /** The topic in the folder's name. */
    public String topic() {
        int dash = partition.lastIndexOf('-');
        return dash <= 0 ? partition : partition.substring(0, dash);
    }

    /** The same under another name. */
    public PartitionStats named(String name) {
        return plus(NOTHING, name);
    }

    /** The two together, under another name; offsets mean nothing then. */
    public PartitionStats plus(PartitionStats other, String name) {
        Map<String, CodecStats> both = new TreeMap<>(codecs);
        other.codecs.forEach((codec, stats) -> both.merge(codec, stats, CodecStats::plus));
        return new PartitionStats(
                name,
                logBytes + other.logBytes,
                indexBytes + other.indexBytes,
                waitingBytes + other.waitingBytes,
                setAsideBytes + other.setAsideBytes,
                otherBytes + other.otherBytes,
                segments + other.segments,
                batches + other.batches,
                records + other.records,
                -1,
                -1,
                oldestMs < 0 ? other.oldestMs : other.oldestMs < 0 ? oldestMs : Math.min(oldestMs, other.oldestMs),
                Math.max(newestMs, other.newestMs),
                both,
                damaged || other.damaged);
    }
}
