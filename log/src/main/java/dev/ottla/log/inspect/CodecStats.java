package dev.ottla.log.inspect;

/**
 * What one codec holds.
 *
 * @param storedBytes of the batches, as they are in the files
 * @param sampledBytes of the batches that were decompressed to see
 * @param sampledPlainBytes of these, decompressed
 */
public record CodecStats(long batches, long records, long storedBytes, long sampledBytes, long sampledPlainBytes) {
    static final CodecStats NONE = new CodecStats(0, 0, 0, 0, 0);

    CodecStats with(BatchInfo batch) {
        return new CodecStats(
                batches + 1,
                records + Math.max(0, batch.count()),
                storedBytes + batch.sizeBytes(),
                sampledBytes,
                sampledPlainBytes);
    }

    CodecStats sampled(long bytes, long plainBytes) {
        return new CodecStats(batches, records, storedBytes, sampledBytes + bytes, sampledPlainBytes + plainBytes);
    }

    /** Of two partitions. */
    public CodecStats plus(CodecStats other) {
        return new CodecStats(
                batches + other.batches,
                records + other.records,
                storedBytes + other.storedBytes,
                sampledBytes + other.sampledBytes,
                sampledPlainBytes + other.sampledPlainBytes);
    }

    /** How many bytes one stored byte stands for, by the sample; 0 when there is none. */
    public double ratio() {
        return sampledBytes == 0 ? 0 : (double) sampledPlainBytes / sampledBytes;
    }
}
