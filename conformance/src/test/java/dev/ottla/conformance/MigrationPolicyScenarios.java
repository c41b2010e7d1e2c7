package dev.ottla.conformance;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;

/** What members of either protocol hear from a group of the other, where groups may not go every way ({@code group.consumer.migration.policy}). */
final class MigrationPolicyScenarios {
    private MigrationPolicyScenarios() {}

    static List<Scenario> all(String policy) {
        return List.of(
                new Scenario("policy-" + policy + "-there", MigrationPolicyScenarios::there),
                new Scenario("policy-" + policy + "-back", MigrationPolicyScenarios::back),
                new Scenario("policy-" + policy + "-in-place", MigrationPolicyScenarios::inPlace),
                new Scenario("policy-" + policy + "-empty", MigrationPolicyScenarios::empty));
    }

    private static void there(Session s) {
        String topic = ConsumerGroupScenarios.createTopic(s, "t", 2, Map.of());
        String group = GroupScenarios.group(s, "g");
        EmbeddedMember classic = new EmbeddedMember(s, group, "i", topic);
        classic.join("a classic member");
        classic.assign("has all", 2);
        ConsumerGroupMember a = new ConsumerGroupMember(s, group, "a");
        a.join("one of the consumer protocol", topic);
        s.ask("lives", a.alive().setMemberEpoch(1), 1);
        a.leave("leaves", -1);
        new ConsumerGroupMember(s, group, "b").instance("i").join("the same instance", topic);
        describe(s, group);
        classic.heartbeat("the classic member");
        classic.commit("commits", classic.generation(), 1);
    }

    private static void back(Session s) {
        String topic = ConsumerGroupScenarios.createTopic(s, "t", 2, Map.of());
        String group = GroupScenarios.group(s, "g");
        ConsumerGroupMember a = new ConsumerGroupMember(s, group, "a");
        a.join("a member of the consumer protocol", topic);
        EmbeddedMember classic = new EmbeddedMember(s, group, "i", topic);
        classic.join("a classic one");
        a.say("is asked", a.alive());
        a.say("gives back", a.confirming());
        classic.heartbeat("the classic one");
        classic.join("joins again");
        classic.sync("asks for its share");
        a.leave("the other leaves", -1);
        describe(s, group);
        classic.heartbeat("the classic one, whoever has what the other had");
        classic.commit("commits", classic.generation(), 1);
        a.join("the other comes again", topic);
        describe(s, group);
    }

    private static void inPlace(Session s) {
        String topic = ConsumerGroupScenarios.createTopic(s, "t", 1, Map.of());
        String group = GroupScenarios.group(s, "g");
        ConsumerGroupMember a = new ConsumerGroupMember(s, group, "a").instance("i");
        a.join("a static member of the consumer protocol", topic);
        a.leave("goes away", -2);
        new EmbeddedMember(s, group, "i", topic).join("and comes back with the classic protocol");
        describe(s, group);
    }

    /** An empty group goes any way. */
    private static void empty(Session s) {
        String topic = ConsumerGroupScenarios.createTopic(s, "t", 1, Map.of());
        String group = GroupScenarios.group(s, "g");
        EmbeddedMember classic = new EmbeddedMember(s, group, "i", topic);
        classic.join("a classic member");
        classic.assign("has all", 1);
        classic.commit("commits", classic.generation(), 1);
        s.ask("leaves", GroupRequests.leave(5, group, classic.memberId()), 5);
        ConsumerGroupMember a = new ConsumerGroupMember(s, group, "a");
        a.join("one of the consumer protocol", topic);
        a.leave("leaves", -1);
        new EmbeddedMember(s, group, "i", topic).join("a classic one again");
        s.ask("its offsets", GroupRequests.fetch(8, group, null, null), 8);
    }

    private static void describe(Session s, String group) {
        s.ask("as it is", new ConsumerGroupDescribeRequestData().setGroupIds(List.of(group)), 1);
        s.ask("by the classic request", GroupRequests.describe(group), 6);
    }
}
