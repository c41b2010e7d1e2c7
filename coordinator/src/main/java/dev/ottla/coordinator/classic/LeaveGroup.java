package dev.ottla.coordinator.classic;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.group.Groups;
import dev.ottla.coordinator.runtime.Step;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupResponseData.MemberResponse;
import org.jspecify.annotations.Nullable;

/** LeaveGroup: members go, or an administrator takes them out (KIP-345). */
final class LeaveGroup {
    private final Groups groups;
    private final Rebalance rebalance;

    LeaveGroup(Groups groups, Rebalance rebalance) {
        this.groups = groups;
        this.rebalance = rebalance;
    }

    /** @throws OttlaException INVALID_GROUP_ID */
    LeaveGroupResponseData run(LeaveGroupRequestData request, Step<GroupEvent> step) {
        Groups.checkId(request.groupId());
        if (!(groups.get(request.groupId()) instanceof ClassicGroup group)) {
            return nobodyThere(request);
        }
        List<MemberResponse> answers = new ArrayList<>();
        List<String> left = new ArrayList<>();
        for (MemberIdentity member : request.members()) {
            ErrorCode error = leave(group, member, step);
            if (error == ErrorCode.NONE) {
                left.add(member.memberId());
            }
            answers.add(new MemberResponse()
                    .setMemberId(member.memberId())
                    .setGroupInstanceId(member.groupInstanceId())
                    .setErrorCode(error.wireCode()));
        }
        if (!left.isEmpty()) {
            switch (group.state()) {
                case STABLE, COMPLETING_REBALANCE -> rebalance.prepare(group, left + " left", step);
                case PREPARING_REBALANCE -> rebalance.completeIfAllJoined(group, step);
                case EMPTY -> {}
            }
        }
        return new LeaveGroupResponseData().setMembers(answers);
    }

    private static LeaveGroupResponseData nobodyThere(LeaveGroupRequestData request) {
        LeaveGroupResponseData response = new LeaveGroupResponseData();
        for (MemberIdentity member : request.members()) {
            response.members()
                    .add(new MemberResponse()
                            .setMemberId(member.memberId())
                            .setGroupInstanceId(member.groupInstanceId())
                            .setErrorCode(ErrorCode.UNKNOWN_MEMBER_ID.wireCode()));
        }
        return response;
    }

    private ErrorCode leave(ClassicGroup group, MemberIdentity identity, Step<GroupEvent> step) {
        String memberId = identity.memberId();
        @Nullable String instanceId = identity.groupInstanceId();
        if (memberId.isEmpty()) {
            String resolved = group.staticMemberId(instanceId);
            if (resolved == null) {
                return ErrorCode.UNKNOWN_MEMBER_ID;
            }
            rebalance.remove(group, group.member(resolved), step);
            return ErrorCode.NONE;
        }
        if (group.isPending(memberId)) {
            rebalance.forget(group, memberId);
            return ErrorCode.NONE;
        }
        try {
            group.checkMember(memberId, instanceId);
        } catch (OttlaException stranger) {
            return stranger.code();
        }
        rebalance.remove(group, group.member(memberId), step);
        return ErrorCode.NONE;
    }
}
