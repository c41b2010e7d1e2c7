package dev.ottla.conformance;

import java.util.List;
import java.util.Map;

/** Groups that may have two members, and a third one that asks. */
final class GroupSizeScenarios {
    private static final int JOIN = 9;

    private GroupSizeScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("group-size-classic", GroupSizeScenarios::classic),
                new Scenario("group-size-consumer", GroupSizeScenarios::consumer),
                new Scenario("group-size-consumer-back", GroupSizeScenarios::consumerBack));
    }

    private static void classic(Session s) {
        String group = GroupScenarios.group(s, "g");
        try (GroupMember a = new GroupMember(s, group, "a");
                GroupMember b = new GroupMember(s, group, "b");
                GroupMember again = new GroupMember(s, group, "b")) {
            a.startJoin("p=a");
            a.joined("a");
            b.startJoin("p=b");
            GroupScenarios.awaitState(s, group, "PreparingRebalance");
            a.startJoin("p=a");
            a.joined("a again");
            b.joined("b");
            s.ask("a third while they wait for their shares", GroupRequests.join(group, "", "p=c"), JOIN);
            a.startSync(a.memberId() + "=1", b.memberId() + "=2");
            a.synced("a");
            b.startSync();
            b.synced("b");
            for (int version : List.of(0, 3, 4, 9)) {
                s.ask("a third", GroupRequests.join(group, "", "p=c"), version);
            }
            s.ask("a third, static", GroupRequests.join(group, "", "p=c").setGroupInstanceId("c"), JOIN);
            s.ask("a stranger", GroupRequests.join(group, "stranger", "p=c"), JOIN);
            again.startJoin("p=b");
            again.joined("a static member comes back");
            s.ask("who is in", GroupRequests.describe(group), 6);
            s.ask("one leaves", GroupRequests.leave(5, group, a.memberId()), 5);
            s.ask("a third for an id", GroupRequests.join(group, "", "p=c"), JOIN);
        }
    }

    private static void consumer(Session s) {
        String topic = ConsumerGroupScenarios.createTopic(s, "t", 2, Map.of());
        String group = GroupScenarios.group(s, "g");
        ConsumerGroupMember a = new ConsumerGroupMember(s, group, "a").instance("i");
        ConsumerGroupMember b = new ConsumerGroupMember(s, group, "b");
        ConsumerGroupMember c = new ConsumerGroupMember(s, group, "c");
        a.join("a", topic);
        b.join("b", topic);
        c.join("a third", topic);
        c.instance("j").join("a third, static", topic);
        a.say("a lives", a.alive());
        new EmbeddedMember(s, group, null, topic).join("a classic one");
        new EmbeddedMember(s, group, "k", topic).join("a classic one, static");
        b.leave("b leaves", -1);
        new ConsumerGroupMember(s, group, "d").join("a third finds room", topic);
        ConsumerGroupScenarios.describe(s, "who is in", group);
        a.join("a joins again under its id", topic);
    }

    private static void consumerBack(Session s) {
        String topic = ConsumerGroupScenarios.createTopic(s, "t", 2, Map.of());
        String group = GroupScenarios.group(s, "g");
        ConsumerGroupMember a = new ConsumerGroupMember(s, group, "a").instance("i");
        a.join("a", topic);
        new ConsumerGroupMember(s, group, "b").join("b", topic);
        a.leave("a goes away", -2);
        new ConsumerGroupMember(s, group, "c").instance("i").join("and comes back as another", topic);
    }
}
