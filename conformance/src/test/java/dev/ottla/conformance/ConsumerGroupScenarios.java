package dev.ottla.conformance;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.awaitility.Awaitility;

/** Groups of the consumer protocol (KIP-848, corner 46). */
final class ConsumerGroupScenarios {
    private static final int V1 = 1;

    private ConsumerGroupScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("consumer-heartbeat-each", ConsumerGroupScenarios::heartbeatEach),
                new Scenario("consumer-heartbeat-refused", ConsumerGroupScenarios::heartbeatRefused),
                new Scenario("consumer-epochs", ConsumerGroupScenarios::epochs),
                new Scenario("consumer-hand-over", ConsumerGroupScenarios::handOver),
                new Scenario("consumer-unreleased", ConsumerGroupScenarios::unreleased),
                new Scenario("consumer-subscriptions", ConsumerGroupScenarios::subscriptions),
                new Scenario("consumer-pattern", ConsumerGroupScenarios::pattern),
                new Scenario("consumer-range", ConsumerGroupScenarios::range),
                new Scenario("consumer-static", ConsumerGroupScenarios::staticMembers),
                new Scenario("consumer-describe-each", ConsumerGroupScenarios::describeEach),
                new Scenario("consumer-offsets", ConsumerGroupScenarios::offsets),
                new Scenario("consumer-and-classic", ConsumerGroupScenarios::withClassicRequests));
    }

    /** Gives its id a label at once, so that lists of topics can be put in order. */
    static String createTopic(Session s, String suffix, int partitions, Map<String, String> configs) {
        String topic = s.createTopic(suffix, partitions, configs);
        s.say(topic + " is " + s.labels().of("topicId", s.topicId(topic).toString()));
        awaitAssignable(s, topic);
        return topic;
    }

    /** Apache Kafka's coordinators hear of a topic a moment later than its clients do: another group tells. */
    private static void awaitAssignable(Session s, String topic) {
        String group = GroupScenarios.group(s, "probe");
        ConsumerGroupMember probe = new ConsumerGroupMember(s, group, "probe");
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    probe.peek(probe.epoch() == 0 ? probe.full(topic) : probe.alive());
                    return !probe.owned().isEmpty();
                });
        s.peek(probe.alive().setMemberEpoch(-1), V1);
        s.peek(GroupRequests.delete(group), 2);
    }

    private static ConsumerGroupHeartbeatRequestData join(String group, String memberId, String... topics) {
        return new ConsumerGroupHeartbeatRequestData()
                .setGroupId(group)
                .setMemberId(memberId)
                .setMemberEpoch(0)
                .setRebalanceTimeoutMs(30_000)
                .setSubscribedTopicNames(List.of(topics))
                .setTopicPartitions(List.of());
    }

    private static void heartbeatEach(Session s) {
        String topic = createTopic(s, "t", 3, Map.of());
        for (int version : WantedApis.of(ApiKeys.CONSUMER_GROUP_HEARTBEAT).list()) {
            String group = GroupScenarios.group(s, "g" + version);
            ConsumerGroupHeartbeatResponseData joined = s.ask(
                            "joins", join(group, version == 0 ? "" : "m", topic), version)
                    .as(ConsumerGroupHeartbeatResponseData.class);
            ConsumerGroupHeartbeatRequestData alive = new ConsumerGroupHeartbeatRequestData()
                    .setGroupId(group)
                    .setMemberId(joined.memberId())
                    .setMemberEpoch(joined.memberEpoch());
            s.ask("lives", alive, version);
            s.ask("a stranger", alive.duplicate().setMemberId("stranger"), version);
            s.ask("no group", alive.duplicate().setGroupId(s.topic("none")), version);
            s.ask("leaves", alive.duplicate().setMemberEpoch(-1), version);
            s.ask("leaves again", alive.duplicate().setMemberEpoch(-1), version);
        }
    }

    private static void heartbeatRefused(Session s) {
        String topic = createTopic(s, "t", 1, Map.of());
        String group = GroupScenarios.group(s, "g");
        s.ask("an empty group id", join("", "m", topic), V1);
        s.ask("an empty member id", join(group, "", topic), V1);
        s.ask("an empty instance id", join(group, "m", topic).setInstanceId(""), V1);
        s.ask("an empty rack", join(group, "m", topic).setRackId(""), V1);
        s.ask("no rebalance timeout", join(group, "m", topic).setRebalanceTimeoutMs(-1), V1);
        s.ask(
                "owning something",
                join(group, "m", topic).setTopicPartitions(List.of(ConsumerGroupMember.partitions(new Uuid(1, 2), 0))),
                V1);
        s.ask("owning null", join(group, "m", topic).setTopicPartitions(null), V1);
        s.ask("subscribed to null", join(group, "m", topic).setSubscribedTopicNames(null), V1);
        s.ask("an epoch of -3", join(group, "m", topic).setMemberEpoch(-3), V1);
        s.ask("away without an instance", join(group, "m", topic).setMemberEpoch(-2), V1);
        s.ask("an unknown assignor", join(group, "m", topic).setServerAssignor("nobody"), V1);
        s.ask("a pattern that is none", join(group, "m").setSubscribedTopicRegex("("), V1);
        s.ask("lives in no group", join(group, "m", topic).setMemberEpoch(4), V1);
        s.ask("leaves no group", join(group, "m", topic).setMemberEpoch(-1), V1);
    }

    private static void epochs(Session s) {
        String topic = createTopic(s, "t", 2, Map.of());
        String group = GroupScenarios.group(s, "g");
        ConsumerGroupMember a = new ConsumerGroupMember(s, group, "a");
        a.join("a", topic);
        int epoch = a.epoch();
        s.ask("an epoch ahead", a.alive().setMemberEpoch(epoch + 1), V1);
        s.ask("an epoch far ahead", a.alive().setMemberEpoch(100), V1);
        a.say("everything again", a.full(topic));
        a.say("nothing new", a.alive());
        a.say("what it has", a.confirming());
        ConsumerGroupMember b = new ConsumerGroupMember(s, group, "b");
        b.join("b", topic);
        a.say("told of b", a.alive());
        a.say("and gives back", a.confirming());
        s.ask("the epoch before, without saying what it has", a.alive().setMemberEpoch(epoch), V1);
        s.ask("the epoch before, with what it has", a.confirming().setMemberEpoch(epoch), V1);
        s.ask("two epochs before", a.confirming().setMemberEpoch(epoch - 1 == 0 ? 77 : epoch - 1), V1);
        a.join("joins again under its id", topic);
    }

    private static void handOver(Session s) {
        String topic = createTopic(s, "t", 4, Map.of());
        String group = GroupScenarios.group(s, "g");
        ConsumerGroupMember a = new ConsumerGroupMember(s, group, "a");
        ConsumerGroupMember b = new ConsumerGroupMember(s, group, "b");
        a.join("a gets all", topic);
        a.say("confirms", a.confirming());
        b.join("b gets nothing yet", topic);
        b.say("nothing yet", b.alive());
        a.say("a is asked to give back", a.alive());
        b.say("nothing yet", b.alive());
        a.say("a has given back", a.confirming());
        b.say("b gets its share", b.alive());
        b.say("b confirms", b.confirming());
        a.say("a is done", a.alive());
        describe(s, "stable", group);
        a.leave("a leaves", -1);
        b.say("b gets all", b.alive());
        b.leave("b leaves", -1);
        describe(s, "empty", group);
    }

    private static void unreleased(Session s) {
        String topic = createTopic(s, "t", 3, Map.of());
        String group = GroupScenarios.group(s, "g");
        ConsumerGroupMember a = new ConsumerGroupMember(s, group, "a");
        ConsumerGroupMember b = new ConsumerGroupMember(s, group, "b");
        ConsumerGroupMember c = new ConsumerGroupMember(s, group, "c");
        a.join("a", topic);
        b.join("b", topic);
        c.join("c", topic);
        describe(s, "assigned", group);
        a.say("a is asked", a.alive());
        b.say("b waits", b.alive());
        describe(s, "reconciling", group);
        a.say("a gives back", a.confirming());
        b.say("b gets", b.alive());
        c.say("c gets", c.alive());
        describe(s, "stable", group);
    }

    private static void subscriptions(Session s) {
        String one = createTopic(s, "one", 2, Map.of());
        String two = createTopic(s, "two", 2, Map.of());
        String group = GroupScenarios.group(s, "g");
        ConsumerGroupMember a = new ConsumerGroupMember(s, group, "a");
        a.join("one", one);
        a.say("two as well", a.full(one, two));
        a.say("confirms", a.confirming());
        a.say("only two", a.full(two));
        a.say("gives back", a.confirming());
        a.say("a topic that is not there", a.full(two, s.topic("none")));
        a.say("confirms", a.confirming());
        a.say("nothing", a.full());
        a.say("gives back", a.confirming());
        a.say("lives on", a.alive());
        describe(s, "at the end", group);
    }

    /** Apache Kafka looks for the topics of a new pattern beside the heartbeats, in an epoch more: only what comes of it is compared. */
    private static void pattern(Session s) {
        String one = createTopic(s, "p-one", 2, Map.of());
        String two = createTopic(s, "p-two", 1, Map.of());
        String other = createTopic(s, "other", 1, Map.of());
        createTopic(s, "p-one-more", 1, Map.of());
        String group = GroupScenarios.group(s, "g");
        ConsumerGroupMember a = new ConsumerGroupMember(s, group, "a");
        ConsumerGroupHeartbeatRequestData onlyPattern = a.full().setSubscribedTopicNames(null);
        reads(s, a, onlyPattern.duplicate().setSubscribedTopicRegex(s.topic("p-(one|t.*)")), one, two);
        reads(s, a, onlyPattern.duplicate().setSubscribedTopicRegex(".*rn-p-two"), two);
        reads(s, a, onlyPattern.duplicate().setSubscribedTopicRegex(s.topic("(p|q)-[n-p]ne")), one);
        reads(s, a, a.full(other).setSubscribedTopicRegex(s.topic("p-one")), one, other);
        reads(s, a, a.full(one, two).setSubscribedTopicRegex(""), one, two);
        for (String invalid : List.of("(", "[a", "*", "a{3,1}", "(?<=a)b", "\\1")) {
            s.ask("a member changes to " + invalid, a.full().setSubscribedTopicRegex(invalid), V1);
            s.ask("a newcomer with " + invalid, join(group, "b").setSubscribedTopicRegex(invalid), V1);
        }
        reads(s, a, a.alive(), one, two);
    }

    /** Says it, and then lives until it reads these topics and nothing else. */
    private static void reads(
            Session s, ConsumerGroupMember member, ConsumerGroupHeartbeatRequestData request, String... topics) {
        request.setMemberEpoch(member.epoch());
        member.peek(request);
        var described = s.await(describing(request.groupId()), V1, ConsumerGroupDescribeResponseData.class, reply -> {
            member.peek(member.confirming());
            var now = reply.groups().getFirst();
            return now.groupState().equals("Stable") && assigned(now).keySet().equals(Set.of(topics));
        });
        var now = described.groups().getFirst();
        var wish = now.members().getFirst();
        s.say("reads by " + wish.subscribedTopicNames() + " and " + wish.subscribedTopicRegex() + ": " + assigned(now));
    }

    private static SortedMap<String, List<Integer>> assigned(ConsumerGroupDescribeResponseData.DescribedGroup group) {
        SortedMap<String, List<Integer>> assigned = new TreeMap<>();
        group.members()
                .forEach(member -> member.assignment()
                        .topicPartitions()
                        .forEach(topic -> assigned.put(topic.topicName(), topic.partitions())));
        return assigned;
    }

    private static void range(Session s) {
        String one = createTopic(s, "one", 3, Map.of());
        String two = createTopic(s, "two", 4, Map.of());
        String group = GroupScenarios.group(s, "g");
        ConsumerGroupMember a = new ConsumerGroupMember(s, group, "a");
        ConsumerGroupMember b = new ConsumerGroupMember(s, group, "b");
        a.say("a", a.full(one, two).setServerAssignor("range"));
        b.say("b", b.full(one, two).setServerAssignor("range"));
        a.say("a is asked", a.alive());
        a.say("a gives back", a.confirming());
        b.say("b gets", b.alive());
        describe(s, "stable", group);
    }

    private static void staticMembers(Session s) {
        String topic = createTopic(s, "t", 2, Map.of());
        String group = GroupScenarios.group(s, "g");
        ConsumerGroupMember a = new ConsumerGroupMember(s, group, "a").instance("i");
        ConsumerGroupMember other = new ConsumerGroupMember(s, group, "other").instance("i");
        a.join("a", topic);
        other.join("another under the same instance", topic);
        s.ask("the other lives", other.alive().setMemberEpoch(1), V1);
        s.ask("an unknown instance", a.alive().setInstanceId("z"), V1);
        s.ask("an unknown instance leaves", a.alive().setInstanceId("z").setMemberEpoch(-2), V1);
        a.leave("a goes away", -2);
        describe(s, "away", group);
        other.join("comes back as another", topic);
        s.ask("the old one", a.alive(), V1);
        s.ask("the old one leaves", a.alive().setMemberEpoch(-2), V1);
        describe(s, "back", group);
        other.leave("leaves for ever", -1);
        describe(s, "empty", group);
    }

    private static void describeEach(Session s) {
        String topic = createTopic(s, "t", 2, Map.of());
        String group = GroupScenarios.group(s, "g");
        String classic = GroupScenarios.group(s, "classic");
        s.peek(GroupRequests.commit(classic, topic, s.topicId(topic), 0, 3), 8);
        ConsumerGroupMember a = new ConsumerGroupMember(s, group, "a").instance("i");
        a.say("a", a.full(topic).setRackId("r").setServerAssignor("range"));
        for (int version : WantedApis.of(ApiKeys.CONSUMER_GROUP_DESCRIBE).list()) {
            s.ask("one", describing(group), version);
            s.ask("with what may be done", describing(group).setIncludeAuthorizedOperations(true), version);
            s.ask("none", describing(s.topic("none")), version);
            s.ask("a classic one", describing(classic), version);
            s.ask("two", describing(s.topic("none"), group), version);
        }
    }

    private static ConsumerGroupDescribeRequestData describing(String... groups) {
        return new ConsumerGroupDescribeRequestData().setGroupIds(List.of(groups));
    }

    static void describe(Session s, String about, String group) {
        s.ask(about, describing(group), V1);
    }

    private static void offsets(Session s) {
        String topic = createTopic(s, "t", 2, Map.of());
        Uuid id = s.topicId(topic);
        String group = GroupScenarios.group(s, "g");
        ConsumerGroupMember a = new ConsumerGroupMember(s, group, "a");
        ConsumerGroupMember b = new ConsumerGroupMember(s, group, "b");
        a.join("a", topic);
        int first = a.epoch();
        s.ask("at its epoch", by("a", first, topic, id, group), 9);
        s.ask("by its topic's id", by("a", first, topic, id, group), 10);
        s.ask("an epoch ahead", by("a", first + 1, topic, id, group), 9);
        s.ask("an epoch behind", by("a", 0, topic, id, group), 9);
        s.ask("a stranger", by("z", first, topic, id, group), 9);
        s.ask("nobody", GroupRequests.commit(group, topic, id, 0, 9), 9);
        s.ask("with an older version", by("a", first, topic, id, group), 8);
        b.join("b", topic);
        a.say("a is asked", a.alive());
        a.say("a gives back", a.confirming());
        s.ask("of its older epoch", by("a", first, topic, id, group), 9);
        s.ask("fetched by a member", fetching(group, "a", a.epoch()), 9);
        s.ask("fetched at another epoch", fetching(group, "a", 77), 9);
        s.ask("fetched by a stranger", fetching(group, "z", 1), 9);
        s.ask("fetched by nobody", fetching(group, null, -1), 9);
        s.ask("deleted while it is read", GroupRequests.deleteOffset(group, topic, 0), 0);
        a.leave("a leaves", -1);
        b.leave("b leaves", -1);
        s.ask("an empty one", GroupRequests.commit(group, topic, id, 0, 9), 9);
        s.ask("deleted", GroupRequests.deleteOffset(group, topic, 0), 0);
    }

    private static OffsetCommitRequestData by(String memberId, int epoch, String topic, Uuid id, String group) {
        return GroupRequests.commit(group, topic, id, 0, 4)
                .setMemberId(memberId)
                .setGenerationIdOrMemberEpoch(epoch);
    }

    private static OffsetFetchRequestData fetching(String group, String memberId, int epoch) {
        OffsetFetchRequestData request = GroupRequests.fetch(9, group, null, null);
        request.groups().getFirst().setMemberId(memberId).setMemberEpoch(epoch);
        return request;
    }

    private static void withClassicRequests(Session s) {
        String topic = createTopic(s, "t", 1, Map.of());
        String group = GroupScenarios.group(s, "g");
        ConsumerGroupMember a = new ConsumerGroupMember(s, group, "a");
        a.join("a", topic);
        s.ask("described as classic", GroupRequests.describe(group), 5);
        s.ask("described as classic", GroupRequests.describe(group), 6);
        s.ask("deleted with a member", GroupRequests.delete(group), 2);
        s.ask("a classic heartbeat", GroupRequests.heartbeat(group, "a", 1), 4);
        s.ask("a classic leave", GroupRequests.leave(5, group, "b"), 5);
        s.ask("a classic sync", GroupRequests.sync(group, "b", 1), 5);
        s.ask("a classic join of another type", GroupRequests.join(group, "", "p=a"), 9);
        a.leave("a leaves", -1);
        s.ask("deleted", GroupRequests.delete(group), 2);
        s.ask("is gone", describing(group), V1);
        String turned = GroupScenarios.group(s, "turned");
        a = new ConsumerGroupMember(s, turned, "a");
        a.join("a", topic);
        a.leave("a leaves", -1);
        s.ask("now a classic one joins", GroupRequests.join(turned, "", "p=a").setGroupInstanceId("i"), 9);
        s.ask("it is classic now", GroupRequests.describe(turned), 6);
    }
}
