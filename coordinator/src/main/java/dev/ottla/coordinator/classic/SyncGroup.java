package dev.ottla.coordinator.classic;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.group.Groups;
import dev.ottla.coordinator.runtime.Step;
import dev.ottla.coordinator.runtime.Waiter;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.jspecify.annotations.Nullable;

/** SyncGroup: the leader says who has what, everybody else waits for that. */
final class SyncGroup {
    private final Groups groups;
    private final Rebalance rebalance;

    SyncGroup(Groups groups, Rebalance rebalance) {
        this.groups = groups;
        this.rebalance = rebalance;
    }

    void run(SyncGroupRequestData request, Waiter<SyncGroupResponseData> waiter, Step<GroupEvent> step) {
        Groups.checkId(request.groupId());
        if (!(groups.get(request.groupId()) instanceof ClassicGroup group) || group.isEmpty()) {
            step.answer(waiter, refused(ErrorCode.UNKNOWN_MEMBER_ID));
            return;
        }
        try {
            check(group, request);
        } catch (OttlaException refusal) {
            step.answer(waiter, refused(refusal.code()));
            return;
        }
        ClassicMember member = group.member(request.memberId());
        switch (group.state()) {
            case PREPARING_REBALANCE -> step.answer(waiter, refused(ErrorCode.REBALANCE_IN_PROGRESS));
            case COMPLETING_REBALANCE -> {
                if (member.awaitsSync() != null) {
                    step.answer(member.awaitsSync(), refused(ErrorCode.REBALANCE_IN_PROGRESS));
                }
                member.awaitSync(waiter);
                group.pendingSyncs().remove(request.memberId());
                if (group.isLeader(request.memberId())) {
                    assign(group, request);
                    rebalance.assign(group, step);
                }
            }
            case STABLE -> {
                group.pendingSyncs().remove(request.memberId());
                step.answer(waiter, Rebalance.synced(group, member));
            }
            case EMPTY -> step.answer(waiter, refused(ErrorCode.UNKNOWN_MEMBER_ID));
        }
    }

    static SyncGroupResponseData refused(ErrorCode error) {
        return new SyncGroupResponseData().setErrorCode(error.wireCode());
    }

    private static void assign(ClassicGroup group, SyncGroupRequestData request) {
        Map<String, byte[]> assignments = new HashMap<>();
        request.assignments().forEach(assignment -> assignments.put(assignment.memberId(), assignment.assignment()));
        for (ClassicMember member : group.members()) {
            member.assign(assignments.getOrDefault(member.memberId(), ClassicMember.NO_ASSIGNMENT));
        }
    }

    private static void check(ClassicGroup group, SyncGroupRequestData request) {
        group.checkMember(request.memberId(), request.groupInstanceId());
        group.checkGeneration(request.generationId());
        if (differs(request.protocolType(), group.protocolType())
                || differs(request.protocolName(), group.protocol())) {
            throw new OttlaException(
                    ErrorCode.INCONSISTENT_GROUP_PROTOCOL, "Group " + group.groupId() + " uses " + group.protocol());
        }
    }

    private static boolean differs(@Nullable String asked, @Nullable String known) {
        return asked != null && known != null && !asked.equals(known);
    }
}
