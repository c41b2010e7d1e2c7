package dev.ottla.coordinator.offset;

import dev.ottla.coordinator.event.CommittedOffset;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.group.Group;
import dev.ottla.coordinator.group.GroupTimer;
import dev.ottla.coordinator.group.Groups;
import dev.ottla.coordinator.runtime.Step;
import java.util.List;
import java.util.Map;

/** Takes away the offsets that nobody has needed for offsets.retention.minutes, and groups that have neither members nor offsets (KIP-211). */
public final class Expiry {
    private final Groups groups;
    private final DeleteOffsets deletion;

    public Expiry(Groups groups, DeleteOffsets deletion) {
        this.groups = groups;
        this.deletion = deletion;
    }

    public void schedule(Step<GroupEvent> step) {
        groups.timers()
                .set(
                        new GroupTimer.Expiry(),
                        step.now().monotonicMs() + groups.settings().retentionCheckIntervalMs());
    }

    public void run(Step<GroupEvent> step) {
        for (Group group : List.copyOf(groups.all())) {
            expire(group, step);
        }
        schedule(step);
    }

    private void expire(Group group, Step<GroupEvent> step) {
        String groupId = group.groupId();
        for (String topic : List.copyOf(groups.offsets().ofGroup(groupId).keySet())) {
            for (Map.Entry<Integer, CommittedOffset> entry :
                    List.copyOf(groups.offsets().ofTopic(groupId, topic).entrySet())) {
                if (!groups.pending().isUnstable(groupId, topic, entry.getKey())
                        && isOver(group, topic, entry.getValue(), step.now().wallMs())) {
                    deletion.forget(groupId, topic, entry.getKey(), step);
                }
            }
        }
        boolean hasOffsets =
                !groups.offsets().ofGroup(groupId).isEmpty() || groups.pending().hasGroup(groupId);
        if (group.isEmpty() && !hasOffsets) {
            groups.remove(groupId);
            group.forgotten().forEach(step::emit);
        }
    }

    private boolean isOver(Group group, String topic, CommittedOffset committed, long nowMs) {
        long startMs = group.retentionStartMs(topic, committed.commitTimestampMs());
        if (startMs == Long.MAX_VALUE) {
            return false;
        }
        return committed.expireAtMs() == CommittedOffset.NO_EXPIRY
                ? nowMs - startMs >= groups.settings().offsetsRetentionMs()
                : nowMs >= committed.expireAtMs();
    }
}
