package dev.ottla.log;

import java.util.Arrays;
import java.util.List;

/** The segments of a log by base offset, the active one last; immutable, never empty. */
final class SegmentList {
    private final Segment[] segments;

    SegmentList(List<Segment> segments) {
        this(segments.toArray(Segment[]::new));
    }

    private SegmentList(Segment... segments) {
        this.segments = segments;
    }

    int size() {
        return segments.length;
    }

    Segment get(int index) {
        return segments[index];
    }

    Segment first() {
        return segments[0];
    }

    Segment active() {
        return segments[segments.length - 1];
    }

    /** The last segment whose base is at most {@code offset}; 0 when all are above. */
    int floor(long offset) {
        int low = 0;
        int high = segments.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (segments[middle].baseOffset() <= offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return Math.max(0, low - 1);
    }

    SegmentList with(Segment next) {
        Segment[] more = Arrays.copyOf(segments, segments.length + 1);
        more[segments.length] = next;
        return new SegmentList(more);
    }

    SegmentList withoutFirst(int count) {
        return new SegmentList(Arrays.copyOfRange(segments, count, segments.length));
    }

    /** The first {@code count}, then {@code last}. */
    SegmentList keep(int count, Segment last) {
        Segment[] fewer = Arrays.copyOf(segments, count + 1);
        fewer[count] = last;
        return new SegmentList(fewer);
    }

    long sizeBytes() {
        long sum = 0;
        for (Segment segment : segments) {
            sum += segment.sizeBytes();
        }
        return sum;
    }

    List<Segment> all() {
        return List.of(segments);
    }
}
