package dev.ottla.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.event.GroupEventFormat;
import dev.ottla.coordinator.runtime.BatchKind;
import dev.ottla.coordinator.runtime.StoredEvent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A partition of __consumer_offsets in memory, with transactions in it. */
final class OffsetsLog {
    private final GroupEventFormat format = new GroupEventFormat(GroupEventFormat.OFFSET_VALUE_WITH_TOPIC_ID);
    /** All that was ever written. */
    private final List<Entry> log = new ArrayList<>();
    /** What the cleaner has left of it. */
    private final List<Entry> stored = new ArrayList<>();

    private record Entry(BatchKind kind, @Nullable StoredEvent event) {}

    void add(BatchKind kind, GroupEvent event) {
        add(new Entry(kind, format.encode(event)));
    }

    /** The marker of a producer's transaction. */
    void end(long producerId, boolean commit) {
        add(new Entry(new BatchKind.End(producerId, (short) 0, commit, 0, 1), null));
    }

    private void add(Entry entry) {
        log.add(entry);
        stored.add(entry);
    }

    /** Below the first record of an open transaction: of each key the last record that counts, and nothing of what was aborted. */
    void compact(boolean withTombstones) {
        Map<Long, BatchKind.End> ends = new HashMap<>();
        Set<ByteBuffer> seen = new HashSet<>();
        int firstOpen = firstOpen();
        for (int place = stored.size() - 1; place >= 0; place--) {
            Entry entry = stored.get(place);
            if (entry.kind() instanceof BatchKind.End end) {
                ends.put(end.producerId(), end);
            } else if (place < firstOpen) {
                boolean aborted = entry.kind() instanceof BatchKind.Pending sent
                        && !ends.get(sent.producerId()).commit();
                if (aborted || !seen.add(entry.event().key()) || (entry.event().value() == null && !withTombstones)) {
                    stored.remove(place);
                }
            }
        }
    }

    private int firstOpen() {
        Set<Long> ended = new HashSet<>();
        int firstOpen = stored.size();
        for (int place = stored.size() - 1; place >= 0; place--) {
            BatchKind kind = stored.get(place).kind();
            if (kind instanceof BatchKind.End end) {
                ended.add(end.producerId());
            } else if (kind instanceof BatchKind.Pending sent && !ended.contains(sent.producerId())) {
                firstOpen = place;
            }
        }
        return firstOpen;
    }

    /** Shows a core that knows nothing what is left. */
    GroupCore readBy(GroupCore fresh) {
        for (Entry entry : stored) {
            if (entry.kind() instanceof BatchKind.End end) {
                fresh.replayEnd(end.producerId(), end.commit());
            } else {
                fresh.replay(decoded(entry));
            }
        }
        return fresh;
    }

    /** What all that was ever written means, read plainly. */
    PendingOffsetsModel model() {
        PendingOffsetsModel model = new PendingOffsetsModel();
        for (int place = 0; place < log.size(); place++) {
            if (log.get(place).kind() instanceof BatchKind.End end) {
                model.end(end.producerId(), end.commit());
            } else {
                model.read(decoded(log.get(place)), place);
            }
        }
        return model;
    }

    private GroupEvent decoded(Entry entry) {
        StoredEvent event = entry.event();
        assertThat(event).isNotNull();
        return format.decode(
                entry.kind(),
                event.key().duplicate(),
                event.value() == null ? null : event.value().duplicate());
    }
}
