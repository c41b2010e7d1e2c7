package dev.ottla.conformance;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.ListConfigResourcesRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** DescribeConfigs, AlterConfigs, IncrementalAlterConfigs and ListConfigResources (corners 47 and 49). */
final class ConfigScenarios {
    private static final int FIRST_WITH_DOCUMENTATION = 3;
    private static final String NODE = "1";

    private ConfigScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("describe-configs-each", ConfigScenarios::describeEach),
                new Scenario("describe-configs-topic", ConfigScenarios::wholeTopic),
                new Scenario("describe-configs-sources", ConfigScenarios::sources),
                new Scenario("describe-configs-errors", ConfigScenarios::describeErrors),
                new Scenario("alter-configs-each", ConfigScenarios::alterEach),
                new Scenario("incremental-each", ConfigScenarios::incrementalEach),
                new Scenario("incremental-lists", ConfigScenarios::lists),
                new Scenario("incremental-compact", ConfigScenarios::compactLists),
                new Scenario("incremental-throttled", ConfigScenarios::throttledReplicas),
                new Scenario("incremental-broker-unknown", ConfigScenarios::unknownBrokerSetting),
                new Scenario("incremental-errors", ConfigScenarios::incrementalErrors),
                new Scenario("incremental-broker", ConfigScenarios::brokerSettings),
                new Scenario("config-resources-each", ConfigScenarios::listResources));
    }

    private static void describeEach(Session s) {
        String topic = s.createTopic("t", 1, Map.of("retention.ms", "777"));
        for (int version : WantedApis.of(ApiKeys.DESCRIBE_CONFIGS).list()) {
            for (boolean synonyms : List.of(false, true)) {
                var request = describe(
                        ConfigResource.Type.TOPIC, topic, "retention.ms", "segment.bytes", "cleanup.policy", "no.such");
                request.setIncludeSynonyms(synonyms);
                if (version >= FIRST_WITH_DOCUMENTATION) {
                    request.setIncludeDocumentation(synonyms);
                }
                s.ask(synonyms ? "with synonyms" : "plain", request, version);
            }
            s.ask("no such topic", describe(ConfigResource.Type.TOPIC, s.topic("none"), "retention.ms"), version);
            s.ask(
                    "broker",
                    describe(
                            ConfigResource.Type.BROKER,
                            NODE,
                            "num.partitions",
                            "log.retention.ms",
                            "auto.create.topics.enable"),
                    version);
        }
    }

    /** Every setting of a topic: names, values, types, sources. */
    private static void wholeTopic(Session s) {
        String topic = s.createTopic("t");
        s.ask(describeAll(ConfigResource.Type.TOPIC, topic).setIncludeSynonyms(true), 4);
    }

    private static void sources(Session s) throws Exception {
        String topic = s.createTopic("t", 1, Map.of("retention.bytes", "-1"));
        s.ask(
                "explicit, though the default",
                describe(ConfigResource.Type.TOPIC, topic, "retention.bytes").setIncludeSynonyms(true),
                4);
        alterAndAwait(s, ConfigResource.Type.BROKER, "", "log.retention.bytes", "1000", topic, "retention.bytes");
        s.ask(
                "cluster default",
                describe(ConfigResource.Type.TOPIC, topic, "retention.bytes").setIncludeSynonyms(true),
                4);
        s.ask(
                "cluster default, broker",
                describe(ConfigResource.Type.BROKER, NODE, "log.retention.bytes")
                        .setIncludeSynonyms(true),
                4);
        s.ask(
                "cluster default, itself",
                describeAll(ConfigResource.Type.BROKER, "").setIncludeSynonyms(true),
                4);
        alterAndAwait(s, ConfigResource.Type.BROKER, NODE, "log.retention.bytes", "2000", topic, "retention.bytes");
        s.ask(
                "broker's own",
                describe(ConfigResource.Type.TOPIC, topic, "retention.bytes").setIncludeSynonyms(true),
                4);
        s.ask(
                "broker's own, broker",
                describe(ConfigResource.Type.BROKER, NODE, "log.retention.bytes")
                        .setIncludeSynonyms(true),
                4);
        String other = s.createTopic("u");
        s.ask(
                "a topic without",
                describe(ConfigResource.Type.TOPIC, other, "retention.bytes").setIncludeSynonyms(true),
                4);
        alterAndAwait(s, ConfigResource.Type.BROKER, NODE, "log.retention.bytes", null, topic, "retention.bytes");
        alterAndAwait(s, ConfigResource.Type.BROKER, "", "log.retention.bytes", null, topic, "retention.bytes");
        s.ask(
                "taken back",
                describe(ConfigResource.Type.TOPIC, topic, "retention.bytes").setIncludeSynonyms(true),
                4);
    }

    /** Changes a broker's setting and waits until the topic's synonyms show it. */
    private static void alterAndAwait(
            Session s,
            ConfigResource.Type type,
            String resource,
            String name,
            String value,
            String topic,
            String shownAs) {
        int before = synonyms(s, topic, shownAs);
        s.ask(
                "alter " + name + " of '" + resource + "' to " + value,
                incremental(type, resource, value == null ? OpType.DELETE : OpType.SET, name, value),
                1);
        s.await(
                describe(ConfigResource.Type.TOPIC, topic, shownAs).setIncludeSynonyms(true),
                4,
                DescribeConfigsResponseData.class,
                reply -> reply.results()
                                .getFirst()
                                .configs()
                                .getFirst()
                                .synonyms()
                                .size()
                        == before + (value == null ? -1 : 1));
    }

    private static int synonyms(Session s, String topic, String name) {
        return s.peek(describe(ConfigResource.Type.TOPIC, topic, name).setIncludeSynonyms(true), 4)
                .as(DescribeConfigsResponseData.class)
                .results()
                .getFirst()
                .configs()
                .getFirst()
                .synonyms()
                .size();
    }

    private static void describeErrors(Session s) {
        for (int version : List.of(1, 4)) {
            s.ask("another broker", describe(ConfigResource.Type.BROKER, "77", "num.partitions"), version);
            s.ask("a broker that is no number", describe(ConfigResource.Type.BROKER, "one", "num.partitions"), version);
            s.ask("invalid topic name", describe(ConfigResource.Type.TOPIC, "a b", "retention.ms"), version);
            s.ask("empty topic name", describe(ConfigResource.Type.TOPIC, "", "retention.ms"), version);
            s.ask("unknown type", describe(ConfigResource.Type.UNKNOWN, "x", "y"), version);
            s.ask("nothing", new DescribeConfigsRequestData(), version);
        }
        s.ask("no keys", describe(ConfigResource.Type.TOPIC, s.createTopic("t")), 4);
    }

    private static void alterEach(Session s) {
        for (int version : WantedApis.of(ApiKeys.ALTER_CONFIGS).list()) {
            String topic = s.createTopic("t" + version, 1, Map.of("retention.ms", "1", "segment.ms", "2000"));
            s.ask(
                    "validate",
                    alter(ConfigResource.Type.TOPIC, topic, Map.of("retention.ms", "5"))
                            .setValidateOnly(true),
                    version);
            s.ask("replaces all", alter(ConfigResource.Type.TOPIC, topic, Map.of("retention.ms", "5")), version);
            s.await(
                    describe(ConfigResource.Type.TOPIC, topic, "retention.ms"),
                    4,
                    DescribeConfigsResponseData.class,
                    r -> r.results().getFirst().configs().getFirst().value().equals("5"));
            s.ask(describe(ConfigResource.Type.TOPIC, topic, "retention.ms", "segment.ms"), 4);
            s.ask("unknown name", alter(ConfigResource.Type.TOPIC, topic, Map.of("no.such", "5")), version);
            s.ask("bad value", alter(ConfigResource.Type.TOPIC, topic, Map.of("retention.ms", "x")), version);
            s.ask(
                    "no such topic",
                    alter(ConfigResource.Type.TOPIC, s.topic("none"), Map.of("retention.ms", "1")),
                    version);
            s.ask("another broker", alter(ConfigResource.Type.BROKER, "77", Map.of("log.retention.ms", "1")), version);
        }
    }

    private static void incrementalEach(Session s) {
        for (int version : WantedApis.of(ApiKeys.INCREMENTAL_ALTER_CONFIGS).list()) {
            String topic = s.createTopic("t" + version, 1, Map.of("segment.ms", "2000"));
            s.ask(
                    "validate",
                    incremental(ConfigResource.Type.TOPIC, topic, OpType.SET, "retention.ms", "5")
                            .setValidateOnly(true),
                    version);
            s.ask("set", incremental(ConfigResource.Type.TOPIC, topic, OpType.SET, "retention.ms", "5"), version);
            s.await(
                    describe(ConfigResource.Type.TOPIC, topic, "retention.ms"),
                    4,
                    DescribeConfigsResponseData.class,
                    r -> r.results().getFirst().configs().getFirst().value().equals("5"));
            s.ask(describe(ConfigResource.Type.TOPIC, topic, "retention.ms", "segment.ms"), 4);
            s.ask("delete", incremental(ConfigResource.Type.TOPIC, topic, OpType.DELETE, "segment.ms", null), version);
            s.ask(
                    "delete again",
                    incremental(ConfigResource.Type.TOPIC, topic, OpType.DELETE, "segment.ms", null),
                    version);
            s.ask(
                    "no such topic",
                    incremental(ConfigResource.Type.TOPIC, s.topic("none"), OpType.SET, "retention.ms", "5"),
                    version);
        }
    }

    private static void lists(Session s) {
        String topic = s.createTopic("t");
        steps(
                s,
                topic,
                List.of(
                        Map.entry(OpType.APPEND, "delete"),
                        Map.entry(OpType.SUBTRACT, "compact"),
                        Map.entry(OpType.SUBTRACT, "delete"),
                        Map.entry(OpType.APPEND, "delete"),
                        Map.entry(OpType.SET, "delete,delete"),
                        Map.entry(OpType.SET, "")));
        s.ask(
                "append to a number",
                incremental(ConfigResource.Type.TOPIC, topic, OpType.APPEND, "retention.ms", "5"),
                1);
    }

    private static void throttledReplicas(Session s) {
        String topic = s.createTopic("t");
        s.ask(
                "a replica list",
                incremental(
                        ConfigResource.Type.TOPIC,
                        topic,
                        OpType.APPEND,
                        "leader.replication.throttled.replicas",
                        "0:1"),
                1);
    }

    private static void compactLists(Session s) {
        steps(
                s,
                s.createTopic("t"),
                List.of(
                        Map.entry(OpType.APPEND, "compact"),
                        Map.entry(OpType.APPEND, "compact"),
                        Map.entry(OpType.SUBTRACT, "delete"),
                        Map.entry(OpType.SUBTRACT, "delete"),
                        Map.entry(OpType.SET, "delete,compact"),
                        Map.entry(OpType.SUBTRACT, "delete,compact"),
                        Map.entry(OpType.SET, "delete")));
    }

    private static void steps(Session s, String topic, List<Map.Entry<OpType, String>> steps) {
        for (Map.Entry<OpType, String> step : steps) {
            s.ask(
                    step.toString(),
                    incremental(ConfigResource.Type.TOPIC, topic, step.getKey(), "cleanup.policy", step.getValue()),
                    1);
            s.say("is " + awaitSettled(s, topic));
        }
    }

    /** What the policy is once two looks, a change of something else between them, agree. */
    private static String awaitSettled(Session s, String topic) {
        String marker = Long.toString(1_000 + Math.abs(System.nanoTime() % 1_000_000));
        s.peek(incremental(ConfigResource.Type.TOPIC, topic, OpType.SET, "segment.ms", marker), 1);
        return s
                .await(
                        describe(ConfigResource.Type.TOPIC, topic, "cleanup.policy", "segment.ms"),
                        4,
                        DescribeConfigsResponseData.class,
                        r -> r.results().getFirst().configs().stream()
                                .anyMatch(c -> c.value().equals(marker)))
                .results()
                .getFirst()
                .configs()
                .stream()
                .filter(c -> c.name().equals("cleanup.policy"))
                .map(c -> c.value() + " source " + c.configSource())
                .findFirst()
                .orElseThrow();
    }

    private static void incrementalErrors(Session s) {
        String topic = s.createTopic("t");
        s.ask("unknown name", incremental(ConfigResource.Type.TOPIC, topic, OpType.SET, "no.such", "1"), 1);
        s.ask("bad value", incremental(ConfigResource.Type.TOPIC, topic, OpType.SET, "retention.ms", "soon"), 1);
        s.ask(
                "value out of range",
                incremental(ConfigResource.Type.TOPIC, topic, OpType.SET, "min.insync.replicas", "0"),
                1);
        s.ask("bad boolean", incremental(ConfigResource.Type.TOPIC, topic, OpType.SET, "preallocate", "maybe"), 1);
        s.ask("null value", incremental(ConfigResource.Type.TOPIC, topic, OpType.SET, "retention.ms", null), 1);
        s.ask("invalid topic name", incremental(ConfigResource.Type.TOPIC, "a b", OpType.SET, "retention.ms", "1"), 1);
        s.ask("empty topic name", incremental(ConfigResource.Type.TOPIC, "", OpType.SET, "retention.ms", "1"), 1);
        s.ask("another broker", incremental(ConfigResource.Type.BROKER, "77", OpType.SET, "log.retention.ms", "1"), 1);
        s.ask("unknown type", incremental(ConfigResource.Type.UNKNOWN, "x", OpType.SET, "a", "b"), 1);
        IncrementalAlterConfigsRequestData twice =
                incremental(ConfigResource.Type.TOPIC, topic, OpType.SET, "retention.ms", "5");
        twice.resources()
                .iterator()
                .next()
                .configs()
                .mustAdd(new AlterableConfig().setName("retention.ms").setConfigOperation((byte) 1));
        s.ask("one name twice", twice, 1);
        s.ask("nothing", new IncrementalAlterConfigsRequestData(), 1);
    }

    private static void brokerSettings(Session s) {
        s.ask(
                "may not change live",
                incremental(ConfigResource.Type.BROKER, NODE, OpType.SET, "num.partitions", "5")
                        .setValidateOnly(true),
                1);
        s.ask(
                "never changes",
                incremental(ConfigResource.Type.BROKER, NODE, OpType.SET, "node.id", "5")
                        .setValidateOnly(true),
                1);
        s.ask(
                "may change",
                incremental(ConfigResource.Type.BROKER, NODE, OpType.SET, "log.retention.bytes", "5")
                        .setValidateOnly(true),
                1);
        s.ask(
                "for all",
                incremental(ConfigResource.Type.BROKER, "", OpType.SET, "log.retention.bytes", "5")
                        .setValidateOnly(true),
                1);
        s.ask(
                "bad value",
                incremental(ConfigResource.Type.BROKER, "", OpType.SET, "log.retention.bytes", "x")
                        .setValidateOnly(true),
                1);
    }

    private static void unknownBrokerSetting(Session s) {
        s.ask(
                "unknown",
                incremental(ConfigResource.Type.BROKER, "", OpType.SET, "no.such", "x")
                        .setValidateOnly(true),
                1);
    }

    private static void listResources(Session s) {
        s.ask("client metrics, by their old name", new ListConfigResourcesRequestData(), 0);
        for (int type : List.of(4, 8, 16)) {
            s.ask("type " + type, new ListConfigResourcesRequestData().setResourceTypes(List.of((byte) type)), 1);
        }
        s.ask("unknown type", new ListConfigResourcesRequestData().setResourceTypes(List.of((byte) 77)), 1);
        s.createTopic("t");
        var all = s.peek(new ListConfigResourcesRequestData(), 1)
                .as(org.apache.kafka.common.message.ListConfigResourcesResponseData.class);
        all.configResources().stream()
                .filter(r -> r.resourceType() != ConfigResource.Type.TOPIC.id()
                        || r.resourceName().startsWith(s.topic("")))
                .map(r -> Errors.forCode(all.errorCode()) + " " + ConfigResource.Type.forId(r.resourceType()) + " "
                        + r.resourceName())
                .sorted()
                .forEach(s::say);
    }

    static DescribeConfigsRequestData describe(ConfigResource.Type type, String name, String... keys) {
        return new DescribeConfigsRequestData()
                .setResources(List.of(new DescribeConfigsResource()
                        .setResourceType(type.id())
                        .setResourceName(name)
                        .setConfigurationKeys(List.of(keys))));
    }

    static DescribeConfigsRequestData describeAll(ConfigResource.Type type, String name) {
        DescribeConfigsRequestData request = describe(type, name);
        request.resources().getFirst().setConfigurationKeys(null);
        return request;
    }

    static AlterConfigsRequestData alter(ConfigResource.Type type, String name, Map<String, String> configs) {
        var resource = new AlterConfigsRequestData.AlterConfigsResource()
                .setResourceType(type.id())
                .setResourceName(name);
        configs.forEach((key, value) -> resource.configs()
                .add(new AlterConfigsRequestData.AlterableConfig().setName(key).setValue(value)));
        AlterConfigsRequestData request = new AlterConfigsRequestData();
        request.resources().add(resource);
        return request;
    }

    static IncrementalAlterConfigsRequestData incremental(
            ConfigResource.Type type, String resource, OpType op, String name, String value) {
        var changed = new IncrementalAlterConfigsRequestData.AlterConfigsResource()
                .setResourceType(type.id())
                .setResourceName(resource);
        changed.configs()
                .add(new AlterableConfig()
                        .setName(name)
                        .setConfigOperation(op.id())
                        .setValue(value));
        IncrementalAlterConfigsRequestData request = new IncrementalAlterConfigsRequestData();
        request.resources().add(changed);
        return request;
    }
}
