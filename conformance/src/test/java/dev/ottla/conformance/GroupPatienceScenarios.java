package dev.ottla.conformance;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;

/** How long groups wait: for more members in the beginning, for members that got an id, for members that are silent. */
final class GroupPatienceScenarios {
    private static final int SHORT_SESSION_MS = 500;
    private static final int JOIN = 9;

    private GroupPatienceScenarios() {}

    /** With {@code group.initial.rebalance.delay.ms}. */
    static List<Scenario> delay() {
        return List.of(new Scenario("group-initial-delay", GroupPatienceScenarios::initialDelay));
    }

    /** Where a session may be short. */
    static List<Scenario> sessions() {
        return List.of(
                new Scenario("group-id-never-used", GroupPatienceScenarios::idNeverUsed),
                new Scenario("migration-put-out", GroupPatienceScenarios::putOut));
    }

    /** Who comes meanwhile is in the first generation; later nobody waits, until the group is empty again. */
    private static void initialDelay(Session s) {
        String group = GroupScenarios.group(s, "g");
        try (GroupMember a = new GroupMember(s, group, "a");
                GroupMember b = new GroupMember(s, group, "b");
                GroupMember c = new GroupMember(s, group, "c")) {
            a.startJoin("p=a");
            GroupScenarios.awaitState(s, group, "PreparingRebalance");
            b.startJoin("p=b");
            a.joined("a with b, after a while");
            b.joined("b in the same generation");
            a.startSync(a.memberId() + "=1", b.memberId() + "=2");
            a.synced("a");
            b.startSync();
            b.synced("b");
            c.startJoin("p=c");
            GroupScenarios.awaitState(s, group, "PreparingRebalance");
            a.startJoin("p=a");
            b.startJoin("p=b");
            a.joined("a");
            b.joined("b");
            c.joined("c");
            s.peek(
                    new LeaveGroupRequestData()
                            .setGroupId(group)
                            .setMembers(List.of(
                                    new MemberIdentity().setGroupInstanceId("a"),
                                    new MemberIdentity().setGroupInstanceId("b"),
                                    new MemberIdentity().setGroupInstanceId("c"))),
                    5);
        }
        try (GroupMember a = new GroupMember(s, group, "a");
                GroupMember b = new GroupMember(s, group, "b")) {
            a.startJoin("p=a");
            GroupScenarios.awaitState(s, group, "PreparingRebalance");
            b.startJoin("p=b");
            a.joined("a waits again in a group that was empty");
            b.joined("b");
        }
    }

    /** A rebalance waits for whoever has an id, for as long as the session would be. */
    private static void idNeverUsed(Session s) {
        String group = GroupScenarios.group(s, "g");
        try (GroupMember a = new GroupMember(s, group, "a")) {
            a.startJoin("p=a");
            a.joined("a");
            a.startSync(a.memberId() + "=all");
            a.synced("a");
            var asking = GroupRequests.join(group, "", "p=b").setSessionTimeoutMs(SHORT_SESSION_MS);
            var got = s.ask("one gets an id", asking, JOIN).as(JoinGroupResponseData.class);
            s.ask("a lives", GroupRequests.heartbeat(group, a.memberId(), 1).setGroupInstanceId("a"), 4);
            // By the time of a rebalance alone this client would not live to see it.
            a.startJoin(GroupRequests.join(group, a.memberId(), "p=a2").setRebalanceTimeoutMs(300_000));
            a.joined("a waits for it, and goes on alone");
            s.ask("the id is no more", asking.duplicate().setMemberId(got.memberId()), JOIN);
            s.ask("nor for a heartbeat", GroupRequests.heartbeat(group, got.memberId(), 2), 4);
            s.ask("nor to leave", GroupRequests.leave(5, group, got.memberId()), 5);
        }
    }

    /** A classic member of a group of the consumer protocol whose session ended. */
    private static void putOut(Session s) {
        String topic = ConsumerGroupScenarios.createTopic(s, "t", 2, Map.of());
        String group = GroupScenarios.group(s, "g");
        ConsumerGroupMember a = new ConsumerGroupMember(s, group, "a");
        a.join("a member of the consumer protocol", topic);
        EmbeddedMember classic = new EmbeddedMember(s, group, null, topic)
                .with("cooperative-sticky")
                .session(SHORT_SESSION_MS);
        classic.join("a classic one");
        a.say("is asked", a.alive());
        a.say("gives back", a.confirming());
        classic.join("joins again");
        classic.sync("has its share");
        s.await(
                new ConsumerGroupDescribeRequestData().setGroupIds(List.of(group)),
                1,
                ConsumerGroupDescribeResponseData.class,
                reply -> reply.groups().getFirst().members().size() == 1);
        classic.heartbeat("it was silent and is out");
        classic.sync("fetches");
        classic.commit("commits", classic.generation(), 1);
        s.ask("leaves", GroupRequests.leave(5, group, classic.memberId()), 5);
        a.say("the other has all", a.alive());
        a.say("and confirms", a.confirming());
        s.ask("joins with what it had", classic.joining(), JOIN);
    }
}
