package dev.ottla.log.inspect;

import org.jspecify.annotations.Nullable;

/**
 * A run of bytes in a .log file that is no whole batch at its place.
 *
 * @param endPosition of the next whole batch, or the file's end
 * @param firstOffset the first offset that is missing because of it
 * @param lastOffset the last one, as far as the batches around it tell; below {@code firstOffset} when it is not known: nothing whole follows
 * @param restored what stands there once the header fields outside of the checksum are put right; null when the content is lost
 */
public record Damage(
        long position,
        long endPosition,
        long firstOffset,
        long lastOffset,
        String problem,
        @Nullable Restored restored) {
    /** A batch whose content is whole, by its checksum: these are the fields outside of it, as the batches around it tell. */
    public record Restored(long baseOffset, int sizeBytes, int leaderEpoch) {}

    public boolean reachesTheEnd() {
        return lastOffset < firstOffset;
    }
}
