package dev.ottla.coordinator.group;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.TopicId;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.runtime.Waiter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a group answers whatever its protocol. */
public interface Group {
    String groupId();

    /** As ListGroups says it (KIP-848). */
    String typeName();

    /** As DescribeGroups and ListGroups say it, such as {@code Stable}. */
    String stateName();

    /** "consumer", "connect" and the like; empty for a group that only stores offsets. */
    String protocolType();

    /** Whether it has no members. */
    boolean isEmpty();

    /**
     * Checks that a committer may commit.
     *
     * @throws dev.ottla.base.OttlaException when it may not
     */
    void checkCommit(Committer committer);

    /** Whether a committer that {@link #checkCommit} let through may commit for this partition: NONE, or why not. */
    ErrorCode checkCommit(Committer committer, TopicId topic, int partition);

    /**
     * Checks that a member may read the group's offsets.
     *
     * @param memberId null when the asker does not say who it is
     * @param memberEpoch -1 when the asker does not say
     * @throws dev.ottla.base.OttlaException when it may not
     */
    void checkFetch(@Nullable String memberId, int memberEpoch);

    /**
     * Checks that single offsets may be deleted.
     *
     * @throws dev.ottla.base.OttlaException when none may
     */
    void checkDeleteOffsets();

    /** Whether a member reads the topic, so that its offset must stay. */
    boolean isSubscribed(String topic);

    /**
     * From when an offset's retention counts.
     *
     * @return {@code Long.MAX_VALUE} when the offset stays
     */
    long retentionStartMs(String topic, long commitTimestampMs);

    /** What takes the group away, for an empty one. */
    List<GroupEvent> forgotten();

    /** All who wait inside. */
    List<Waiter<?>> waiting();

    /**
     * Who commits.
     *
     * @param memberId empty when it is no member
     * @param generationOrEpoch -1 when it is no member
     */
    record Committer(
            String memberId, @Nullable String instanceId, int generationOrEpoch, boolean transactional, short version) {
        /** Whether it says that it is a member. */
        public boolean claimsMembership() {
            return generationOrEpoch >= 0 || !memberId.isEmpty() || instanceId != null;
        }
    }
}
