package dev.ottla.conformance;

import java.util.List;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** Classic groups: members join, sync, live and leave; others look at them (corners 40 to 44). */
final class GroupScenarios {
    private static final int FIRST_WITH_MEMBER_ID_REQUIRED = 4;
    private static final int FIRST_WITH_STATES = 4;
    private static final int FIRST_WITH_TYPES = 5;
    private static final int JOIN = 9;
    private static final int SYNC = 5;
    private static final int HEARTBEAT = 4;
    private static final int LEAVE = 5;
    private static final int DESCRIBE = 6;

    private GroupScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("group-join-each", GroupScenarios::joinEach),
                new Scenario("group-join-refused", GroupScenarios::joinRefused),
                new Scenario("group-sync-each", GroupScenarios::syncEach),
                new Scenario("group-heartbeat-each", GroupScenarios::heartbeatEach),
                new Scenario("group-leave-each", GroupScenarios::leaveEach),
                new Scenario("group-describe-each", GroupScenarios::describeEach),
                new Scenario("group-list-each", GroupScenarios::listEach),
                new Scenario("group-delete-each", GroupScenarios::deleteEach),
                new Scenario("group-two-members", GroupScenarios::twoMembers),
                new Scenario("group-leader-again", GroupScenarios::leaderAgain),
                new Scenario("group-protocols", GroupScenarios::protocols),
                new Scenario("group-static", GroupScenarios::staticMembers),
                new Scenario("group-static-again", GroupScenarios::staticMemberAgain),
                new Scenario("group-static-leave", GroupScenarios::staticLeave),
                new Scenario("group-session", GroupScenarios::sessionEnds),
                new Scenario("group-late", GroupScenarios::lateForRebalance));
    }

    /** Waits until the group's coordinator is there. */
    static String group(Session s, String suffix) {
        String groupId = s.topic(suffix);
        s.await(
                GroupRequests.findCoordinator(groupId),
                4,
                FindCoordinatorResponseData.class,
                reply -> reply.coordinators().getFirst().errorCode() == 0);
        // Found is not loaded yet.
        s.await(
                GroupRequests.describe(groupId),
                0,
                DescribeGroupsResponseData.class,
                reply -> reply.groups().getFirst().errorCode() == 0);
        return groupId;
    }

    private static void joinEach(Session s) {
        for (int version : WantedApis.of(ApiKeys.JOIN_GROUP).list()) {
            String group = group(s, "g" + version);
            Reply first = s.ask("a newcomer", GroupRequests.join(group, "", "a=m"), version);
            String memberId = first.as(JoinGroupResponseData.class).memberId();
            if (version >= FIRST_WITH_MEMBER_ID_REQUIRED) {
                s.ask("with the id it got", GroupRequests.join(group, memberId, "a=m"), version);
            }
            s.ask("once more", GroupRequests.join(group, memberId, "a=m"), version);
            s.ask("changed", GroupRequests.join(group, memberId, "a=n"), version);
            s.ask("a stranger", GroupRequests.join(group, "stranger", "a=m"), version);
            s.ask("other protocols", GroupRequests.join(group, memberId, "b=m"), version);
            s.ask("another type", GroupRequests.join(group, memberId, "a=m").setProtocolType("other"), version);
            s.ask("a newcomer with other protocols", GroupRequests.join(group, "", "b=m"), version);
            s.ask("a stranger to no group", GroupRequests.join(s.topic("none" + version), "stranger", "a=m"), version);
            s.ask("without a group", GroupRequests.join("", "", "a=m"), version);
            s.ask("a short session", GroupRequests.join(group, memberId, "a=m").setSessionTimeoutMs(5), version);
        }
    }

    private static void joinRefused(Session s) {
        String group = group(s, "g");
        s.ask("a long session", GroupRequests.join(group, "", "a=m").setSessionTimeoutMs(10_000_000), JOIN);
        s.ask("a negative session", GroupRequests.join(group, "", "a=m").setSessionTimeoutMs(-1), JOIN);
        s.ask("no protocols", GroupRequests.join(group, ""), JOIN);
        s.ask("no type", GroupRequests.join(group, "", "a=m").setProtocolType(""), JOIN);
        s.ask("what is left", GroupRequests.describe(group), DESCRIBE);
    }

    private static String joinAlone(Session s, String group) {
        String memberId = s.peek(GroupRequests.join(group, "", "a=m"), JOIN)
                .as(JoinGroupResponseData.class)
                .memberId();
        JoinGroupResponseData joined =
                s.peek(GroupRequests.join(group, memberId, "a=m"), JOIN).as(JoinGroupResponseData.class);
        if (joined.generationId() != 1) {
            throw new AssertionError(joined);
        }
        return memberId;
    }

    private static String stableAlone(Session s, String group) {
        String memberId = joinAlone(s, group);
        SyncGroupResponseData synced = s.peek(GroupRequests.sync(group, memberId, 1, memberId + "=mine"), SYNC)
                .as(SyncGroupResponseData.class);
        if (synced.errorCode() != Errors.NONE.code()) {
            throw new AssertionError(synced);
        }
        return memberId;
    }

    private static void syncEach(Session s) {
        for (int version : WantedApis.of(ApiKeys.SYNC_GROUP).list()) {
            String group = group(s, "g" + version);
            String memberId = joinAlone(s, group);
            s.ask("a stranger", GroupRequests.sync(group, "stranger", 1), version);
            s.ask("another generation", GroupRequests.sync(group, memberId, 5), version);
            s.ask(
                    "another protocol",
                    GroupRequests.sync(group, memberId, 1).setProtocolName("b"),
                    version >= 5 ? version : 5);
            s.ask(
                    "another type",
                    GroupRequests.sync(group, memberId, 1).setProtocolType("b"),
                    version >= 5 ? version : 5);
            s.ask(
                    "no protocol",
                    GroupRequests.sync(group, memberId, 1).setProtocolName(null),
                    version >= 5 ? version : 5);
            s.ask("no group", GroupRequests.sync(s.topic("none"), memberId, 1), version);
            s.ask("an empty group id", GroupRequests.sync("", memberId, 1), version);
            s.ask("the leader", GroupRequests.sync(group, memberId, 1, memberId + "=mine", "stranger=its"), version);
            s.ask("again", GroupRequests.sync(group, memberId, 1), version);
        }
    }

    private static void heartbeatEach(Session s) {
        for (int version : WantedApis.of(ApiKeys.HEARTBEAT).list()) {
            String group = group(s, "g" + version);
            String memberId = joinAlone(s, group);
            s.ask("before the sync", GroupRequests.heartbeat(group, memberId, 1), version);
            s.peek(GroupRequests.sync(group, memberId, 1, memberId + "=mine"), SYNC);
            s.ask("stable", GroupRequests.heartbeat(group, memberId, 1), version);
            s.ask("another generation", GroupRequests.heartbeat(group, memberId, 0), version);
            s.ask("a stranger", GroupRequests.heartbeat(group, "stranger", 1), version);
            s.ask("no group", GroupRequests.heartbeat(s.topic("none"), memberId, 1), version);
            s.ask("an empty group id", GroupRequests.heartbeat("", memberId, 1), version);
        }
    }

    private static void leaveEach(Session s) {
        for (int version : WantedApis.of(ApiKeys.LEAVE_GROUP).list()) {
            String group = group(s, "g" + version);
            String memberId = stableAlone(s, group);
            s.ask("a stranger", GroupRequests.leave(version, group, "stranger"), version);
            s.ask("no group", GroupRequests.leave(version, s.topic("none"), memberId), version);
            s.ask("an empty group id", GroupRequests.leave(version, "", memberId), version);
            s.ask("the member", GroupRequests.leave(version, group, memberId), version);
            s.ask("again", GroupRequests.leave(version, group, memberId), version);
            s.ask("what is left", GroupRequests.describe(group), DESCRIBE);
            String pending = s.peek(GroupRequests.join(group, "", "a=m"), JOIN)
                    .as(JoinGroupResponseData.class)
                    .memberId();
            s.ask("one that only has its id", GroupRequests.leave(version, group, pending), version);
            s.ask("its join then", GroupRequests.join(group, pending, "a=m"), JOIN);
        }
    }

    private static void describeEach(Session s) {
        String stable = group(s, "stable");
        stableAlone(s, stable);
        String completing = group(s, "completing");
        joinAlone(s, completing);
        String empty = group(s, "empty");
        s.peek(GroupRequests.leave(LEAVE, empty, stableAlone(s, empty)), LEAVE);
        for (int version : WantedApis.of(ApiKeys.DESCRIBE_GROUPS).list()) {
            s.ask("stable", GroupRequests.describe(stable), version);
            s.ask("completing", GroupRequests.describe(completing), version);
            s.ask("empty", GroupRequests.describe(empty), version);
            s.ask("none", GroupRequests.describe(s.topic("none")), version);
            s.ask("an empty id", GroupRequests.describe(""), version);
            s.ask("two", GroupRequests.describe(empty, s.topic("none")), version);
            if (version >= 3) {
                s.ask(
                        "with what may be done",
                        GroupRequests.describe(stable).setIncludeAuthorizedOperations(true),
                        version);
            }
        }
    }

    private static void listEach(Session s) {
        String stable = group(s, "stable");
        stableAlone(s, stable);
        String empty = group(s, "empty");
        s.peek(GroupRequests.leave(LEAVE, empty, stableAlone(s, empty)), LEAVE);
        String simple = group(s, "simple");
        String topic = s.createTopic("t");
        s.peek(GroupRequests.commit(simple, topic, s.topicId(topic), 0, 7), 8);
        for (int version : WantedApis.of(ApiKeys.LIST_GROUPS).list()) {
            askOwn(s, "all", new ListGroupsRequestData(), version);
            if (version >= FIRST_WITH_STATES) {
                askOwn(s, "stable", new ListGroupsRequestData().setStatesFilter(List.of("Stable")), version);
                askOwn(
                        s,
                        "in any case",
                        new ListGroupsRequestData().setStatesFilter(List.of("sTABLE", "empty")),
                        version);
                askOwn(s, "nonsense", new ListGroupsRequestData().setStatesFilter(List.of("nonsense")), version);
            }
            if (version >= FIRST_WITH_TYPES) {
                askOwn(s, "classic", new ListGroupsRequestData().setTypesFilter(List.of("classic")), version);
                askOwn(s, "consumer", new ListGroupsRequestData().setTypesFilter(List.of("consumer")), version);
                askOwn(s, "nonsense", new ListGroupsRequestData().setTypesFilter(List.of("nonsense")), version);
            }
        }
    }

    private static void askOwn(Session s, String about, ListGroupsRequestData request, int version) {
        ListGroupsResponseData reply = s.peek(request, version).as(ListGroupsResponseData.class);
        reply.groups().removeIf(group -> !group.groupId().startsWith(s.topic("")));
        s.record(about, ApiKeys.LIST_GROUPS, version, new Reply(reply));
    }

    private static void deleteEach(Session s) {
        String topic = s.createTopic("t");
        for (int version : WantedApis.of(ApiKeys.DELETE_GROUPS).list()) {
            String group = group(s, "g" + version);
            String memberId = stableAlone(s, group);
            s.ask("with a member", GroupRequests.delete(group), version);
            s.peek(GroupRequests.leave(LEAVE, group, memberId), LEAVE);
            s.peek(GroupRequests.commit(group, topic, s.topicId(topic), 0, 7), 8);
            s.ask("empty", GroupRequests.delete(group, s.topic("none")), version);
            s.ask("its offsets", GroupRequests.fetch(8, group, null, null), 8);
            s.ask("again", GroupRequests.delete(group), version);
            s.peek(GroupRequests.commit(group, topic, s.topicId(topic), 0, 7), 8);
            s.ask("one that only stored offsets", GroupRequests.delete(group), version);
            s.ask("an empty id", GroupRequests.delete(""), version);
        }
    }

    private static void twoMembers(Session s) {
        String group = group(s, "g");
        try (GroupMember a = new GroupMember(s, group);
                GroupMember b = new GroupMember(s, group)) {
            s.say("a alone");
            a.introduced("p=a").startJoin("p=a");
            a.joined("a");
            a.startSync(a.memberId() + "=all");
            a.synced("a");
            s.say("b comes");
            b.introduced("p=b").startJoin("p=b");
            awaitState(s, group, "PreparingRebalance");
            s.ask("a is told", GroupRequests.heartbeat(group, a.memberId(), 1), HEARTBEAT);
            s.ask("a may still commit", offsetless(group, a, 1), 8);
            s.ask("rebalancing", GroupRequests.sync(group, a.memberId(), 1).setProtocolName("p"), SYNC);
            s.ask("described meanwhile", GroupRequests.describe(group), DESCRIBE);
            a.startJoin("p=a");
            a.joined("a again");
            b.joined("b");
            s.say("b first");
            b.startSync();
            a.startSync(a.memberId() + "=half", b.memberId() + "=rest");
            a.synced("a");
            b.synced("b");
            s.ask("stable", GroupRequests.describe(group), DESCRIBE);
            s.say("a leaves");
            s.ask(GroupRequests.leave(LEAVE, group, a.memberId()), LEAVE);
            s.ask("b is told", GroupRequests.heartbeat(group, b.memberId(), 2), HEARTBEAT);
            b.startJoin("p=b");
            b.joined("b leads");
            s.ask("a old commit", offsetless(group, b, 2), 8);
            s.ask("a commit before the sync", offsetless(group, b, 3), 8);
        }
    }

    private static OffsetCommitRequestData offsetless(String group, GroupMember member, int generation) {
        return new OffsetCommitRequestData()
                .setGroupId(group)
                .setMemberId(member.memberId())
                .setGenerationIdOrMemberEpoch(generation);
    }

    static void awaitState(Session s, String group, String state) {
        s.await(
                GroupRequests.describe(group),
                5,
                DescribeGroupsResponseData.class,
                reply -> reply.groups().getFirst().groupState().equals(state));
    }

    private static void leaderAgain(Session s) {
        String group = group(s, "g");
        try (GroupMember a = new GroupMember(s, group, "a");
                GroupMember b = new GroupMember(s, group, "b")) {
            a.startJoin("p=a");
            a.joined("a");
            b.startJoin("p=b");
            awaitState(s, group, "PreparingRebalance");
            a.startJoin("p=a");
            a.joined("a again");
            b.joined("b");
            a.startSync(a.memberId() + "=1", b.memberId() + "=2");
            a.synced("a");
            b.startSync();
            b.synced("b");
            s.say("a follower asks again");
            b.startJoin("p=b");
            b.joined("b");
            s.say("the leader asks again");
            a.startJoin("p=a");
            awaitState(s, group, "PreparingRebalance");
            b.startJoin("p=b2");
            b.joined("b");
            a.joined("a");
            s.say("a follower waits for its share, the leader changes its mind");
            b.startSync();
            a.startJoin("p=a2");
            b.synced("b");
            b.startJoin("p=b2");
            b.joined("b");
            a.joined("a");
        }
    }

    private static void protocols(Session s) {
        String group = group(s, "g");
        try (GroupMember a = new GroupMember(s, group, "a");
                GroupMember b = new GroupMember(s, group, "b");
                GroupMember c = new GroupMember(s, group, "c")) {
            a.startJoin("x=a", "y=a", "z=a");
            a.joined("a alone takes its first");
            b.startJoin("y=b", "z=b");
            awaitState(s, group, "PreparingRebalance");
            a.startJoin("x=a", "y=a", "z=a");
            a.joined("a");
            b.joined("b");
            c.startJoin("z=c", "y=c");
            awaitState(s, group, "PreparingRebalance");
            b.startJoin("z=b", "y=b");
            a.startJoin("x=a", "y=a", "z=a");
            a.joined("most want z");
            b.joined("b");
            c.joined("c");
            s.ask("what nobody else has", GroupRequests.join(group, "", "x=d"), JOIN);
        }
    }

    private static void staticMembers(Session s) {
        String group = group(s, "g");
        try (GroupMember a = new GroupMember(s, group, "a");
                GroupMember late = new GroupMember(s, group, "a")) {
            a.startJoin("p=a");
            a.joined("a");
            String before = a.memberId();
            a.startSync(before + "=all");
            a.synced("a");
            s.say("the same instance, a new process");
            late.startJoin("p=a");
            late.joined("late");
            late.startSync();
            late.synced("late");
            s.say("the old process");
            s.ask(GroupRequests.heartbeat(group, before, 1).setGroupInstanceId("a"), HEARTBEAT);
            s.ask(GroupRequests.sync(group, before, 1).setProtocolName("p").setGroupInstanceId("a"), SYNC);
            s.ask(GroupRequests.join(group, before, "p=a").setGroupInstanceId("a"), JOIN);
            s.ask(offsetless(group, a, 1).setGroupInstanceId("a"), 8);
            s.ask("without its instance", GroupRequests.heartbeat(group, before, 1), HEARTBEAT);
            s.ask(
                    "an unknown instance",
                    GroupRequests.heartbeat(group, before, 1).setGroupInstanceId("z"),
                    HEARTBEAT);
            s.ask(
                    "an older join of the same",
                    GroupRequests.join(group, "", "p=a").setGroupInstanceId("a"),
                    8);
            s.ask("changed", GroupRequests.join(group, "", "p=b").setGroupInstanceId("a"), JOIN);
            s.ask(
                    "with another protocol only",
                    GroupRequests.join(group, "", "q=b").setGroupInstanceId("a"),
                    JOIN);
            s.ask("stable still", GroupRequests.describe(group), DESCRIBE);
        }
    }

    private static void staticMemberAgain(Session s) {
        String group = group(s, "g");
        try (GroupMember a = new GroupMember(s, group, "a");
                GroupMember b = new GroupMember(s, group, "b");
                GroupMember again = new GroupMember(s, group, "b")) {
            a.startJoin("p=a");
            a.joined("a");
            b.startJoin("p=b");
            awaitState(s, group, "PreparingRebalance");
            s.say("while it waits to join, it comes back");
            again.startJoin("p=b");
            b.joined("b is fenced");
            a.startJoin("p=a");
            a.joined("a");
            again.joined("b again");
            s.say("while it waits for its share, it comes back");
            again.startSync();
            b.startJoin("p=b");
            again.synced("fenced");
            awaitState(s, group, "PreparingRebalance");
            a.startJoin("p=a");
            a.joined("a");
            b.joined("b");
        }
    }

    private static void staticLeave(Session s) {
        String group = group(s, "g");
        try (GroupMember a = new GroupMember(s, group, "a")) {
            a.startJoin("p=a");
            a.joined("a");
            a.startSync(a.memberId() + "=all");
            a.synced("a");
            LeaveGroupRequestData some = new LeaveGroupRequestData().setGroupId(group);
            some.members().add(new MemberIdentity().setMemberId("").setGroupInstanceId("z"));
            some.members().add(new MemberIdentity().setMemberId("other").setGroupInstanceId("a"));
            some.members().add(new MemberIdentity().setMemberId("stranger"));
            s.ask("none of these", some, LEAVE);
            some.members().add(new MemberIdentity().setMemberId("").setGroupInstanceId("a"));
            s.ask("the last of these", some, LEAVE);
            s.ask("what is left", GroupRequests.describe(group), DESCRIBE);
        }
    }

    private static void sessionEnds(Session s) {
        String group = group(s, "g");
        JoinGroupRequestData join = GroupRequests.join(group, "", "p=a").setSessionTimeoutMs(6_000);
        String memberId = s.peek(join, JOIN).as(JoinGroupResponseData.class).memberId();
        s.ask("it joins", join.setMemberId(memberId), JOIN);
        s.ask(
                "and syncs",
                GroupRequests.sync(group, memberId, 1, memberId + "=all").setProtocolName("p"),
                SYNC);
        awaitState(s, group, "Empty");
        s.ask("it is gone", GroupRequests.heartbeat(group, memberId, 1), HEARTBEAT);
        s.ask("joins again", GroupRequests.join(group, memberId, "p=a"), JOIN);
        s.ask("empty", GroupRequests.describe(group), DESCRIBE);
        s.eventually(
                GroupRequests.join(group, "", "p=a").setGroupInstanceId("i"),
                JOIN,
                JoinGroupResponseData.class,
                reply -> reply.errorCode() == 0);
    }

    private static void lateForRebalance(Session s) {
        String group = group(s, "g");
        try (GroupMember a = new GroupMember(s, group);
                GroupMember b = new GroupMember(s, group)) {
            a.startJoin(GroupRequests.join(group, a.introduced("p=a").memberId(), "p=a")
                    .setRebalanceTimeoutMs(1_000));
            a.joined("a");
            a.startSync(a.memberId() + "=all");
            a.synced("a");
            b.startJoin(GroupRequests.join(group, b.introduced("p=b").memberId(), "p=b")
                    .setRebalanceTimeoutMs(1_000));
            b.joined("a did not come");
            s.ask("a is out", GroupRequests.heartbeat(group, a.memberId(), 1), HEARTBEAT);
            s.say("b does not ask for its share");
            s.await(
                    GroupRequests.describe(group),
                    5,
                    DescribeGroupsResponseData.class,
                    reply -> reply.groups().getFirst().members().isEmpty());
            s.ask("b is out", GroupRequests.heartbeat(group, b.memberId(), 2), HEARTBEAT);
        }
    }
}
