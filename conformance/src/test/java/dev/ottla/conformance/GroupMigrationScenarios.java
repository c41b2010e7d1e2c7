package dev.ottla.conformance;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;

/** Groups that change their protocol while they have members (KIP-848, online migration). */
final class GroupMigrationScenarios {
    private static final int V1 = 1;

    private GroupMigrationScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("migration-there-and-back", GroupMigrationScenarios::thereAndBack),
                new Scenario("migration-cooperative", GroupMigrationScenarios::cooperative),
                new Scenario("migration-refused", GroupMigrationScenarios::refused),
                new Scenario("migration-leave", GroupMigrationScenarios::leave),
                new Scenario("migration-static", GroupMigrationScenarios::staticMembers),
                new Scenario("migration-other-types", GroupMigrationScenarios::otherTypes));
    }

    private static EmbeddedMember classicWithAll(Session s, String group, String topic, String assignor) {
        EmbeddedMember classic = new EmbeddedMember(s, group, null, topic).with(assignor);
        classic.join("the classic member joins");
        classic.assign("and has all", 4);
        return classic;
    }

    private static void describe(Session s, String about, String group) {
        s.ask(about, new ConsumerGroupDescribeRequestData().setGroupIds(List.of(group)), V1);
        s.ask(about + ", by the classic request", GroupRequests.describe(group), 6);
    }

    private static void thereAndBack(Session s) {
        String topic = ConsumerGroupScenarios.createTopic(s, "t", 4, Map.of());
        String group = GroupScenarios.group(s, "g");
        EmbeddedMember classic = classicWithAll(s, group, topic, "range");
        classic.commit("commits", classic.generation(), 1);
        ConsumerGroupMember a = new ConsumerGroupMember(s, group, "a");
        a.join("one of the new protocol joins", topic);
        describe(s, "as it is now", group);
        classic.commit("commits with its generation", classic.generation(), 2);
        classic.commit("commits with another", classic.generation() + 1, 3);
        classic.heartbeat("is told to join again");
        classic.sync("cannot fetch before");
        classic.join("joins again");
        classic.sync("has its share");
        classic.heartbeat("lives");
        a.say("the other has its share", a.alive());
        a.say("and confirms", a.confirming());
        describe(s, "shared", group);
        classic.join("joins without a reason");
        classic.sync("has what it had");
        a.leave("the other leaves", -1);
        describe(s, "classic again", group);
        classic.heartbeat("is told to join again");
        classic.join("joins the next generation");
        classic.assign("and has all again", 4);
        classic.commit("commits", classic.generation(), 4);
        a.join("the other comes again", topic);
    }

    private static void cooperative(Session s) {
        String topic = ConsumerGroupScenarios.createTopic(s, "t", 4, Map.of());
        String group = GroupScenarios.group(s, "g");
        EmbeddedMember classic = classicWithAll(s, group, topic, "cooperative-sticky");
        ConsumerGroupMember a = new ConsumerGroupMember(s, group, "a");
        a.join("one of the new protocol joins", topic);
        classic.heartbeat("is told to join again");
        classic.join("joins, and says that it has all");
        classic.sync("is told what to keep");
        a.say("the other has nothing yet", a.alive());
        classic.heartbeat("is told to join again, without the rest");
        classic.join("joins with what it kept");
        classic.sync("has its share");
        classic.heartbeat("lives");
        a.say("the other has its share", a.alive());
        a.say("and confirms", a.confirming());
        describe(s, "shared", group);
    }

    private static void refused(Session s) {
        String topic = ConsumerGroupScenarios.createTopic(s, "t", 4, Map.of());
        String group = GroupScenarios.group(s, "g");
        EmbeddedMember classic = classicWithAll(s, group, topic, "range");
        ConsumerGroupMember a = new ConsumerGroupMember(s, group, "a");
        s.ask("an unknown assignor", a.full(topic).setServerAssignor("nobody"), V1);
        s.ask("a pattern that is none", a.full(topic).setSubscribedTopicRegex("("), V1);
        s.ask("an epoch of 5", a.full(topic).setMemberEpoch(5), V1);
        classic.heartbeat("nothing has happened");
        a.join("one of the new protocol joins", topic);
        s.ask("a heartbeat of the wrong generation", classic.alive().setGenerationId(77), 4);
        s.ask("a heartbeat of a stranger", classic.alive().setMemberId("stranger"), 4);
        s.ask("a heartbeat of the other", classic.alive().setMemberId("a").setGenerationId(a.epoch()), 4);
        s.ask("a sync of the other", classic.syncing().setMemberId("a").setGenerationId(a.epoch()), 5);
        s.ask("a join of another type", classic.joining().setProtocolType("connect"), 9);
        s.ask(
                "a join with another assignor",
                GroupRequests.join(group, "", "other=x").setProtocolType("consumer"),
                9);
        s.ask("a join with a short session", classic.joining().setSessionTimeoutMs(1), 9);
        classic.join("joins again");
        s.ask("a sync of another generation", classic.syncing().setGenerationId(1), 5);
        s.ask("a sync of another type", classic.syncing().setProtocolType("connect"), 5);
        s.ask("a sync with another assignor", classic.syncing().setProtocolName("other"), 5);
        s.ask("a sync of a stranger", classic.syncing().setMemberId("stranger"), 5);
        classic.sync("has its share");
    }

    private static MemberIdentity leaving(String memberId, String instanceId) {
        return new MemberIdentity().setMemberId(memberId).setGroupInstanceId(instanceId);
    }

    private static void leave(Session s) {
        String topic = ConsumerGroupScenarios.createTopic(s, "t", 4, Map.of());
        String group = GroupScenarios.group(s, "g");
        EmbeddedMember classic = classicWithAll(s, group, topic, "range");
        ConsumerGroupMember a = new ConsumerGroupMember(s, group, "a");
        a.join("one of the new protocol joins", topic);
        EmbeddedMember permanent = new EmbeddedMember(s, group, "i", topic);
        permanent.join("a static classic member joins");
        permanent.sync("and gets what is free");
        s.ask(
                "several leave",
                new LeaveGroupRequestData()
                        .setGroupId(group)
                        .setMembers(List.of(
                                leaving("stranger", null),
                                leaving("a", null),
                                leaving("", "nobody"),
                                leaving("another", "i"),
                                leaving(classic.memberId(), null),
                                leaving("", "i"))),
                5);
        describe(s, "who is left", group);
        a.say("has all", a.alive());
        a.say("and confirms", a.confirming());
        classic.heartbeat("is not there any more");
    }

    private static void staticMembers(Session s) {
        String topic = ConsumerGroupScenarios.createTopic(s, "t", 4, Map.of());
        String group = GroupScenarios.group(s, "g");
        EmbeddedMember classic = new EmbeddedMember(s, group, "i", topic);
        classic.join("a static classic member joins");
        classic.assign("and has all", 4);
        ConsumerGroupMember a = new ConsumerGroupMember(s, group, "a").instance("i");
        a.join("it comes back with the new protocol", topic);
        a.say("and confirms", a.confirming());
        classic.heartbeat("what it was is fenced");
        describe(s, "as it is now", group);
        EmbeddedMember back = new EmbeddedMember(s, group, "i", topic);
        back.join("it comes back with the classic protocol");
        describe(s, "as it is then", group);
        back.sync("and has what it had");
        back.heartbeat("and lives");
        s.ask("what it was is gone", a.alive(), V1);
    }

    private static void otherTypes(Session s) {
        String topic = ConsumerGroupScenarios.createTopic(s, "t", 1, Map.of());
        String group = GroupScenarios.group(s, "g");
        try (GroupMember member = new GroupMember(s, group).introduced("a=x")) {
            member.startJoin("a=x");
            member.joined("a member of another type joins");
            ConsumerGroupMember a = new ConsumerGroupMember(s, group, "a");
            a.join("one of the new protocol does not", topic);
        }
    }
}
