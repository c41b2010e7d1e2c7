package dev.ottla.log.repair;

/** Offsets, both ends included. */
public record OffsetRange(long first, long last) {
    @Override
    public String toString() {
        return first == last ? Long.toString(first) : first + " to " + last;
    }
}
