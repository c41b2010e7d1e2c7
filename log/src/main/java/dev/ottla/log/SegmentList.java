package dev.ottla.log;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

    /** With one in the place of several; null when these are not all here, one after the other. */
    @Nullable
    SegmentList replace(List<Segment> old, Segment replacement) {
        int first = floor(old.getFirst().baseOffset());
        if (first + old.size() > segments.length) {
            return null;
        }
        for (int i = 0; i < old.size(); i++) {
            if (segments[first + i] != old.get(i)) {
                return null;
            }
        }
        Segment[] fewer = new Segment[segments.length - old.size() + 1];
        System.arraycopy(segments, 0, fewer, 0, first);
        fewer[first] = replacement;
        System.arraycopy(segments, first + old.size(), fewer, first + 1, fewer.length - first - 1);
        return new SegmentList(fewer);
    }

    /** The base of the segment after the one at {@code index}, where that one's offsets end; the last one's own end. */
    long endOf(int index) {
        return index + 1 < segments.length ? segments[index + 1].baseOffset() : segments[index].nextOffset();
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
