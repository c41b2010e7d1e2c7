package dev.ottla.conformance;

import static dev.ottla.conformance.ConfigScenarios.alter;
import static dev.ottla.conformance.ConfigScenarios.describe;
import static dev.ottla.conformance.ConfigScenarios.describeAll;
import static dev.ottla.conformance.ConfigScenarios.incremental;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.ListConfigResourcesRequestData;
import org.apache.kafka.common.message.ListConfigResourcesResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/** Settings of single groups (KIP-848, KIP-932, KIP-1071): described, altered, refused, listed, and in force. */
final class GroupConfigScenarios {
    private static final ConfigResource.Type GROUP = ConfigResource.Type.GROUP;
    private static final String HEARTBEAT = "consumer.heartbeat.interval.ms";

    private GroupConfigScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("group-configs-described", GroupConfigScenarios::described),
                new Scenario("group-configs-each", GroupConfigScenarios::each),
                new Scenario("group-configs-older", GroupConfigScenarios::older),
                new Scenario("group-configs-values", GroupConfigScenarios::values),
                new Scenario("group-configs-errors", GroupConfigScenarios::errors),
                new Scenario("group-configs-in-force", GroupConfigScenarios::inForce),
                new Scenario("group-configs-interval", GroupConfigScenarios::interval));
    }

    /** Every setting of a group, though nobody has heard of it. */
    private static void described(Session s) {
        String group = s.topic("g");
        s.ask("untouched", describeAll(GROUP, group).setIncludeSynonyms(true), 4);
        set(s, "set", group, "consumer.session.timeout.ms", "50000");
        awaitValue(s, group, "consumer.session.timeout.ms", "50000");
        s.ask("with one of its own", describeAll(GROUP, group).setIncludeSynonyms(true), 4);
        s.ask("an empty name", describe(GROUP, "", HEARTBEAT), 4);
    }

    private static void each(Session s) {
        for (int version : WantedApis.of(ApiKeys.INCREMENTAL_ALTER_CONFIGS).list()) {
            String group = s.topic("g" + version);
            s.ask(
                    "validate",
                    incremental(GROUP, group, OpType.SET, HEARTBEAT, "7000").setValidateOnly(true),
                    version);
            s.ask("nothing yet", describe(GROUP, group, HEARTBEAT), 4);
            s.ask("set", incremental(GROUP, group, OpType.SET, HEARTBEAT, "7000"), version);
            awaitValue(s, group, HEARTBEAT, "7000");
            s.ask("set", describe(GROUP, group, HEARTBEAT).setIncludeSynonyms(true), 4);
            s.say("listed " + listed(s, group));
            s.ask("delete", incremental(GROUP, group, OpType.DELETE, HEARTBEAT, null), version);
            awaitValue(s, group, HEARTBEAT, "5000");
            s.ask("delete again", incremental(GROUP, group, OpType.DELETE, HEARTBEAT, null), version);
            s.ask("taken back", describe(GROUP, group, HEARTBEAT).setIncludeSynonyms(true), 4);
            s.say("listed " + listed(s, group));
        }
    }

    /** AlterConfigs replaces all. */
    private static void older(Session s) {
        for (int version : WantedApis.of(ApiKeys.ALTER_CONFIGS).list()) {
            String group = s.topic("g" + version);
            s.ask("one", alter(GROUP, group, Map.of(HEARTBEAT, "7000")), version);
            awaitValue(s, group, HEARTBEAT, "7000");
            s.ask("another", alter(GROUP, group, Map.of("consumer.session.timeout.ms", "50000")), version);
            awaitValue(s, group, HEARTBEAT, "5000");
            s.ask("now", describe(GROUP, group, HEARTBEAT, "consumer.session.timeout.ms"), 4);
            s.ask("out of bounds", alter(GROUP, group, Map.of(HEARTBEAT, "1")), version);
            s.ask("unknown", alter(GROUP, group, Map.of("no.such", "1")), version);
            s.ask("an empty name", alter(GROUP, "", Map.of(HEARTBEAT, "7000")), version);
        }
    }

    /** What each setting takes. */
    private static void values(Session s) {
        String group = s.topic("g");
        Map<String, List<String>> values = new TreeMap<>(Map.of(
                HEARTBEAT,
                List.of("4999", "5000", " 6000 ", "15000", "15001", "0", "-1", "soon", "", "5000.5"),
                "consumer.session.timeout.ms",
                List.of("44999", "45000", "60000", "60001"),
                "consumer.assignment.interval.ms",
                List.of("-1", "0", "15000", "15001"),
                "share.auto.offset.reset",
                List.of("earliest", "by_duration:PT1H"),
                "share.isolation.level",
                List.of("read_committed", "read_none"),
                "share.record.lock.duration.ms",
                List.of("999", "14999", "15000", "60000", "60001"),
                "share.delivery.count.limit",
                List.of("1", "2", "10", "11"),
                "share.partition.max.record.locks",
                List.of("99", "100", "4000", "4001"),
                "streams.num.standby.replicas",
                List.of("-1", "0", "2", "3"),
                "streams.initial.rebalance.delay.ms",
                List.of("-1", "0", "100000")));
        values.put("share.session.timeout.ms", List.of("44999", "60001"));
        values.put("share.heartbeat.interval.ms", List.of("4999", "15001"));
        values.put("share.assignment.interval.ms", List.of("15000", "15001"));
        values.put("share.renew.acknowledge.enable", List.of("false", "maybe"));
        values.put("streams.session.timeout.ms", List.of("44999", "60001"));
        values.put("streams.heartbeat.interval.ms", List.of("4999", "15001"));
        values.put("streams.assignment.interval.ms", List.of("15000", "15001"));
        values.forEach((name, texts) -> texts.forEach(text -> s.ask(
                name + "='" + text + "'",
                incremental(GROUP, group, OpType.SET, name, text).setValidateOnly(true),
                1)));
    }

    private static void errors(Session s) {
        String group = s.topic("g");
        set(s, "unknown name", group, "no.such", "1");
        set(s, "a topic's", group, "retention.ms", "1");
        set(s, "an empty name", "", HEARTBEAT, "7000");
        set(s, "an empty name, unknown setting", "", "no.such", "7000");
        set(s, "null", group, HEARTBEAT, null);
        s.ask("append", incremental(GROUP, group, OpType.APPEND, HEARTBEAT, "7000"), 1);
        s.ask("subtract", incremental(GROUP, group, OpType.SUBTRACT, "no.such", "7000"), 1);
        s.ask("delete what is unknown", incremental(GROUP, group, OpType.DELETE, "no.such", null), 1);
        s.say("listed " + listed(s, group));
    }

    /** A member hears of a new interval with its next heartbeat. */
    private static void inForce(Session s) {
        String topic = ConsumerGroupScenarios.createTopic(s, "t", 1, Map.of());
        String group = GroupScenarios.group(s, "g");
        set(s, "before the group is there", group, HEARTBEAT, "9000");
        awaitValue(s, group, HEARTBEAT, "9000");
        ConsumerGroupMember member = new ConsumerGroupMember(s, group, "m");
        member.join("joins", topic);
        set(s, "while it is there", group, HEARTBEAT, "11000");
        say(s, member, 11_000);
        s.ask("taken back", incremental(GROUP, group, OpType.DELETE, HEARTBEAT, null), 1);
        say(s, member, 5_000);
        member.leave("leaves", -1);
    }

    /** A group that has just been assigned waits, as long as its own setting says (KIP-1263). */
    private static void interval(Session s) {
        String topic = ConsumerGroupScenarios.createTopic(s, "t", 2, Map.of());
        String group = GroupScenarios.group(s, "g");
        interval(s, group, "15000");
        ConsumerGroupMember a = new ConsumerGroupMember(s, group, "a");
        ConsumerGroupMember b = new ConsumerGroupMember(s, group, "b");
        a.join("the first is assigned at once", topic);
        a.say("confirms", a.confirming());
        b.join("the second waits", topic);
        b.say("and waits", b.alive());
        a.say("nor is anything taken from the first", a.alive());
        ConsumerGroupScenarios.describe(s, "waiting", group);
        interval(s, group, "0");
        s.await(
                a.alive(),
                ConsumerGroupMember.VERSION,
                ConsumerGroupHeartbeatResponseData.class,
                reply -> reply.errorCode() == 0 && reply.assignment() != null);
        a.say("the first gives back", a.full(topic));
        a.say("has given back", a.confirming());
        b.say("the second gets its share", b.alive());
        ConsumerGroupScenarios.describe(s, "assigned", group);
        interval(s, group, "15000");
        a.leave("the first leaves", -1);
        b.say("what it had stays free", b.alive());
        b.leave("the second leaves", -1);
        a.join("an empty group waits too", topic);
        ConsumerGroupScenarios.describe(s, "waiting again", group);
    }

    private static void interval(Session s, String group, String ms) {
        set(s, "assigns each " + ms + " ms", group, "consumer.assignment.interval.ms", ms);
        awaitValue(s, group, "consumer.assignment.interval.ms", ms);
    }

    private static void say(Session s, ConsumerGroupMember member, int heartbeatIntervalMs) {
        s.eventually(
                member.alive(),
                ConsumerGroupMember.VERSION,
                ConsumerGroupHeartbeatResponseData.class,
                reply -> reply.heartbeatIntervalMs() == heartbeatIntervalMs);
    }

    private static void set(Session s, String about, String group, String name, String value) {
        s.ask(about, incremental(GROUP, group, OpType.SET, name, value), 1);
    }

    private static void awaitValue(Session s, String group, String name, String value) {
        s.await(
                describe(GROUP, group, name),
                4,
                DescribeConfigsResponseData.class,
                reply -> reply.results().getFirst().configs().getFirst().value().equals(value));
    }

    private static boolean listed(Session s, String group) {
        var request = new ListConfigResourcesRequestData().setResourceTypes(List.of(GROUP.id()));
        return s.peek(request, 1).as(ListConfigResourcesResponseData.class).configResources().stream()
                .anyMatch(resource -> resource.resourceName().equals(group));
    }
}
