package dev.ottla.conformance;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.UpdateFeaturesRequestData;
import org.apache.kafka.common.message.UpdateFeaturesRequestData.FeatureUpdateKey;
import org.apache.kafka.common.message.UpdateFeaturesRequestData.FeatureUpdateKeyCollection;
import org.apache.kafka.common.protocol.ApiKeys;
import org.awaitility.Awaitility;

/** Levels of features: what may be set, and what clients see of it. Each scenario leaves the levels as they were. */
final class FeatureScenarios {
    private static final int UP = 1;
    private static final int SAFE_DOWN = 2;
    private static final int UNSAFE_DOWN = 3;
    private static final String GROUP = "group.version";
    private static final String TRANSACTION = "transaction.version";
    private static final String METADATA = "metadata.version";

    private FeatureScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("features-update-each", FeatureScenarios::updateEach),
                new Scenario("features-group-protocol", FeatureScenarios::groupProtocol));
    }

    private static void updateEach(Session s) {
        for (int version : WantedApis.of(ApiKeys.UPDATE_FEATURES).list()) {
            ask(s, "as it is", version, TRANSACTION, 2, UP);
            ask(s, "as it is, unsafe", version, TRANSACTION, 2, UNSAFE_DOWN);
            ask(s, "metadata as it is", version, METADATA, 30, UP);
            ask(s, "down without a word", version, TRANSACTION, 1, UP);
            ask(s, "too high", version, TRANSACTION, 3, UP);
            ask(s, "too high for groups", version, GROUP, 2, UP);
            ask(s, "metadata too high", version, METADATA, 31, UP);
            ask(s, "metadata too low", version, METADATA, 3, UNSAFE_DOWN);
            ask(s, "negative", version, TRANSACTION, -1, SAFE_DOWN);
            ask(s, "no such feature", version, "no.such.version", 1, UP);
            s.ask("none at all", new UpdateFeaturesRequestData(), version);
            if (version > 0) {
                ask(s, "unknown type", version, TRANSACTION, 2, 0);
                ask(s, "another unknown type", version, TRANSACTION, 2, 4);
                s.ask("down, to see", one(TRANSACTION, 1, SAFE_DOWN).setValidateOnly(true), version);
                levels(s, TRANSACTION, 2);
                ask(s, "down", version, TRANSACTION, 1, SAFE_DOWN);
                levels(s, TRANSACTION, 1);
                ask(s, "further down than one that may go up", version, TRANSACTION, 2, SAFE_DOWN);
                ask(s, "to nothing", version, TRANSACTION, 0, UNSAFE_DOWN);
                levels(s, TRANSACTION, 0);
                s.ask("one good and one bad", two(TRANSACTION, 2, GROUP, 2), version);
                levels(s, TRANSACTION, 0);
                ask(s, "up", version, TRANSACTION, 2, UP);
                levels(s, TRANSACTION, 2);
            }
        }
    }

    /** Without group.version 1 there are no groups of the consumer protocol. */
    private static void groupProtocol(Session s) {
        s.createTopic("t", 1, Map.of());
        ask(s, "down", 2, GROUP, 0, UNSAFE_DOWN);
        levels(s, GROUP, 0);
        for (int version : WantedApis.of(ApiKeys.CONSUMER_GROUP_HEARTBEAT).list()) {
            s.ask(
                    new ConsumerGroupHeartbeatRequestData()
                            .setGroupId(s.topic("g"))
                            .setMemberId("AAAAAAAAAAAAAAAAAAAAAQ")
                            .setMemberEpoch(0)
                            .setRebalanceTimeoutMs(5000)
                            .setSubscribedTopicNames(List.of(s.topic("t")))
                            .setTopicPartitions(List.of()),
                    version);
        }
        for (int version : WantedApis.of(ApiKeys.CONSUMER_GROUP_DESCRIBE).list()) {
            s.ask(new ConsumerGroupDescribeRequestData().setGroupIds(List.of(s.topic("g"), s.topic("h"))), version);
        }
        ask(s, "up", 2, GROUP, 1, UP);
        levels(s, GROUP, 1);
        for (int version : WantedApis.of(ApiKeys.CONSUMER_GROUP_DESCRIBE).list()) {
            s.ask(new ConsumerGroupDescribeRequestData().setGroupIds(List.of(s.topic("h"))), version);
        }
    }

    private static void ask(Session s, String about, int version, String feature, int level, int type) {
        UpdateFeaturesRequestData request = one(feature, level, type);
        if (version == 0) {
            request.featureUpdates().find(feature).setUpgradeType((byte) UP).setAllowDowngrade(type != UP);
        }
        s.ask(about, request, version);
    }

    /** Sets a level, and waits until a broker has heard of it. */
    static void set(Session s, String feature, int level) {
        int now = level(apiVersions(s), feature);
        if (now != level) {
            s.peek(one(feature, level, level > now ? UP : UNSAFE_DOWN), 2);
            Awaitility.await().pollInterval(Duration.ofMillis(10)).until(() -> level(apiVersions(s), feature) == level);
        }
    }

    private static UpdateFeaturesRequestData one(String feature, int level, int type) {
        return new UpdateFeaturesRequestData()
                .setFeatureUpdates(new FeatureUpdateKeyCollection(
                        List.of(update(feature, level, type)).iterator()));
    }

    private static UpdateFeaturesRequestData two(String first, int firstLevel, String second, int secondLevel) {
        return new UpdateFeaturesRequestData()
                .setFeatureUpdates(new FeatureUpdateKeyCollection(
                        List.of(update(first, firstLevel, UP), update(second, secondLevel, UP))
                                .iterator()));
    }

    private static FeatureUpdateKey update(String feature, int level, int type) {
        return new FeatureUpdateKey()
                .setFeature(feature)
                .setMaxVersionLevel((short) level)
                .setUpgradeType((byte) type);
    }

    /**
     * What ApiVersions says of the features that both brokers have, once a broker has heard of the last change; whether the epoch grows is a test of its
     * own.
     */
    private static void levels(Session s, String awaited, int level) {
        ApiVersionsResponseData data = Awaitility.await()
                .pollInterval(Duration.ofMillis(10))
                .until(() -> apiVersions(s), said -> level(said, awaited) == level);
        for (String name : List.of(METADATA, GROUP, TRANSACTION)) {
            s.say(name + " " + level(data, name));
        }
    }

    private static ApiVersionsResponseData apiVersions(Session s) {
        ApiVersionsRequestData request =
                new ApiVersionsRequestData().setClientSoftwareName("a").setClientSoftwareVersion("1");
        return s.peek(request, 4).as(ApiVersionsResponseData.class);
    }

    /** A feature at level 0 is not named. */
    private static int level(ApiVersionsResponseData data, String name) {
        var level = data.finalizedFeatures().find(name);
        return level == null ? 0 : level.maxVersionLevel();
    }
}
