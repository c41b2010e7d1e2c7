package dev.ottla.coordinator.classic;

import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroupMember;

/** A classic group as DescribeGroups tells it: what members said only while the group is stable. */
public final class ClassicDescription {
    private ClassicDescription() {}

    public static DescribedGroup of(ClassicGroup group) {
        boolean stable = group.isIn(ClassicState.STABLE);
        String protocol = group.protocol();
        DescribedGroup described = new DescribedGroup()
                .setGroupId(group.groupId())
                .setGroupState(group.stateName())
                .setProtocolType(group.protocolType())
                .setProtocolData(stable && protocol != null ? protocol : "");
        for (ClassicMember member : group.members()) {
            described
                    .members()
                    .add(new DescribedGroupMember()
                            .setMemberId(member.memberId())
                            .setGroupInstanceId(member.instanceId())
                            .setClientId(member.clientId())
                            .setClientHost(member.clientHost())
                            .setMemberMetadata(stable ? member.metadata(protocol) : new byte[0])
                            .setMemberAssignment(member.assignment()));
        }
        return described;
    }
}
