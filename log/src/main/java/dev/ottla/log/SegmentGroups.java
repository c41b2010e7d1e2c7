package dev.ottla.log;

import java.util.ArrayList;
import java.util.List;

/** Which neighbouring segments are cleaned into one: as many as fit the limits of a segment together, as in Kafka. */
final class SegmentGroups {
    private SegmentGroups() {}

    /** The segments below {@code endOffset}, in groups, each with the offset at which it ends. */
    static List<Group> of(SegmentList segments, long endOffset, LogConfig config) {
        List<Group> groups = new ArrayList<>();
        int index = 0;
        while (index < segments.size() - 1 && segments.get(index).baseOffset() < endOffset) {
            int next = index + 1;
            long bytes = segments.get(index).sizeBytes();
            long indexBytes = indexBytes(segments.get(index));
            long timeIndexBytes = timeIndexBytes(segments.get(index));
            while (next < segments.size() - 1 && segments.get(next).baseOffset() < endOffset) {
                Segment candidate = segments.get(next);
                bytes += candidate.sizeBytes();
                indexBytes += indexBytes(candidate);
                timeIndexBytes += timeIndexBytes(candidate);
                boolean offsetsFit =
                        segments.endOf(next) - 1 - segments.get(index).baseOffset() <= Integer.MAX_VALUE;
                if (bytes > config.segmentBytes()
                        || indexBytes > config.segmentIndexBytes()
                        || timeIndexBytes > config.segmentIndexBytes()
                        || !offsetsFit) {
                    break;
                }
                next++;
            }
            groups.add(new Group(segments.all().subList(index, next), segments.endOf(next - 1)));
            index = next;
        }
        return groups;
    }

    /** @param endOffset the base of the segment that follows */
    record Group(List<Segment> segments, long endOffset) {
        /** Where the segment at {@code index} of the group ends. */
        long endOf(int index) {
            return index + 1 < segments.size() ? segments.get(index + 1).baseOffset() : endOffset;
        }

        long sizeBytes() {
            return segments.stream().mapToLong(Segment::sizeBytes).sum();
        }
    }

    private static long indexBytes(Segment segment) {
        return (long) segment.offsets().file().entries() * OffsetIndex.ENTRY_BYTES;
    }

    private static long timeIndexBytes(Segment segment) {
        return (long) segment.times().index().file().entries() * TimeIndex.ENTRY_BYTES;
    }
}
