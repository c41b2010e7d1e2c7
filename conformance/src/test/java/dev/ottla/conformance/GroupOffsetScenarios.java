package dev.ottla.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/** Where groups stand: OffsetCommit, OffsetFetch and OffsetDelete (corner 45). */
final class GroupOffsetScenarios {
    private static final int LAST_BY_NAME = 9;
    private static final int COMMIT = 8;
    private static final int FETCH = 8;
    private static final int FIRST_THAT_ASKS_FOR_ALL = 2;

    private GroupOffsetScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("group-commit-each", GroupOffsetScenarios::commitEach),
                new Scenario("group-commit-members", GroupOffsetScenarios::commitOfMembers),
                new Scenario("group-fetch-each", GroupOffsetScenarios::fetchEach),
                new Scenario("group-fetch-many", GroupOffsetScenarios::fetchMany),
                new Scenario("group-offset-delete", GroupOffsetScenarios::delete),
                new Scenario("group-topic-deleted", GroupOffsetScenarios::topicDeleted));
    }

    private static void commitEach(Session s) {
        String topic = s.createTopic("t", 2, Map.of());
        Uuid id = s.topicId(topic);
        for (int version : WantedApis.of(ApiKeys.OFFSET_COMMIT).list()) {
            String group = GroupScenarios.group(s, "g" + version);
            s.ask("nothing yet", GroupRequests.fetch(FETCH, group, topic, id, 0, 1), FETCH);
            s.ask("one", GroupRequests.commit(group, topic, id, 0, 5), version);
            s.ask("the other", GroupRequests.commit(group, topic, id, 1, 6), version);
            s.ask("again, lower", GroupRequests.commit(group, topic, id, 0, 2), version);
            s.ask("no such partition", GroupRequests.commit(group, topic, id, 7, 2), version);
            s.ask("no such topic", GroupRequests.commit(group, s.topic("none"), new Uuid(1, 2), 0, 2), version);
            OffsetCommitRequestData both = GroupRequests.commit(group, topic, id, 0, 3);
            both.setTopics(new ArrayList<>(both.topics()));
            both.topics()
                    .add(GroupRequests.commit(group, s.topic("none"), new Uuid(1, 2), 0, 4)
                            .topics()
                            .getFirst());
            s.ask("one of two", both, version);
            OffsetCommitRequestData wordy = GroupRequests.commit(group, topic, id, 0, 9);
            wordy.topics().getFirst().partitions().getFirst().setCommittedMetadata("x".repeat(5_000));
            s.ask("much to say", wordy, version);
            OffsetCommitRequestData silent = GroupRequests.commit(group, topic, id, 1, 9);
            silent.topics().getFirst().partitions().getFirst().setCommittedMetadata(null);
            s.ask("nothing to say", silent, version);
            s.ask("nothing at all", new OffsetCommitRequestData().setGroupId(group), version);
            s.ask("a negative offset", GroupRequests.commit(group, topic, id, 1, -3), version);
            s.ask(
                    "by a member of no group",
                    GroupRequests.commit(s.topic("none"), topic, id, 0, 1)
                            .setMemberId("m")
                            .setGenerationIdOrMemberEpoch(3),
                    version);
            s.ask("an empty group id", GroupRequests.commit("", topic, id, 0, 1), version);
            s.ask("all of it", GroupRequests.fetch(FETCH, group, topic, id, 0, 1), FETCH);
        }
    }

    private static void commitOfMembers(Session s) {
        String topic = s.createTopic("t");
        Uuid id = s.topicId(topic);
        String group = GroupScenarios.group(s, "g");
        try (GroupMember a = new GroupMember(s, group, "a")) {
            a.startJoin("p=a");
            a.joined("a");
            s.ask("before the sync", by(a, 1, topic, id, group), COMMIT);
            a.startSync(a.memberId() + "=all");
            a.synced("a");
            s.ask("stable", by(a, 1, topic, id, group), COMMIT);
            s.ask("an older generation", by(a, 0, topic, id, group), COMMIT);
            s.ask("a stranger", by(a, 1, topic, id, group).setMemberId("stranger"), COMMIT);
            s.ask("a stranger's instance", by(a, 1, topic, id, group).setGroupInstanceId("z"), COMMIT);
            s.ask(
                    "another's instance",
                    by(a, 1, topic, id, group).setMemberId("z").setGroupInstanceId("a"),
                    COMMIT);
            s.ask("no member at all", GroupRequests.commit(group, topic, id, 0, 9), COMMIT);
            s.ask("what stands", GroupRequests.fetch(FETCH, group, topic, id, 0), FETCH);
        }
    }

    private static OffsetCommitRequestData by(GroupMember member, int generation, String topic, Uuid id, String group) {
        return GroupRequests.commit(group, topic, id, 0, 4)
                .setMemberId(member.memberId())
                .setGenerationIdOrMemberEpoch(generation);
    }

    private static void fetchEach(Session s) {
        String topic = s.createTopic("t", 3, Map.of());
        Uuid id = s.topicId(topic);
        String group = GroupScenarios.group(s, "g");
        OffsetCommitRequestData commit = GroupRequests.commit(group, topic, id, 0, 5);
        commit.topics().getFirst().partitions().getFirst().setCommittedLeaderEpoch(3);
        s.peek(commit, COMMIT);
        s.peek(GroupRequests.commit(group, topic, id, 2, 6), COMMIT);
        for (int version : WantedApis.of(ApiKeys.OFFSET_FETCH).list()) {
            s.ask("three", GroupRequests.fetch(version, group, topic, id, 0, 1, 2), version);
            s.ask("no such partition", GroupRequests.fetch(version, group, topic, id, 9), version);
            s.ask("no such topic", GroupRequests.fetch(version, group, s.topic("none"), new Uuid(3, 4), 0), version);
            s.ask("no such group", GroupRequests.fetch(version, s.topic("none"), topic, id, 0), version);
            s.ask("an empty group id", GroupRequests.fetch(version, "", topic, id, 0), version);
            if (version >= FIRST_THAT_ASKS_FOR_ALL) {
                s.ask("all", GroupRequests.fetch(version, group, null, null), version);
                s.ask("all of none", GroupRequests.fetch(version, s.topic("none"), null, null), version);
            }
        }
    }

    private static void fetchMany(Session s) {
        String topic = s.createTopic("t");
        Uuid id = s.topicId(topic);
        List<OffsetFetchRequestGroup> groups = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            String group = GroupScenarios.group(s, "g" + i);
            s.peek(GroupRequests.commit(group, topic, id, 0, i), COMMIT);
            groups.add(new OffsetFetchRequestGroup().setGroupId(group).setTopics(null));
        }
        groups.add(new OffsetFetchRequestGroup().setGroupId(s.topic("none")).setTopics(null));
        for (int version = FETCH; version <= LAST_BY_NAME + 1; version++) {
            s.ask("four", new OffsetFetchRequestData().setGroups(groups), version);
            s.ask("stable ones", new OffsetFetchRequestData().setGroups(groups).setRequireStable(true), version);
            s.ask("none", new OffsetFetchRequestData(), version);
        }
    }

    private static void delete(Session s) {
        String topic = s.createTopic("t", 2, Map.of());
        Uuid id = s.topicId(topic);
        String group = GroupScenarios.group(s, "g");
        s.ask("no such group", GroupRequests.deleteOffset(group, topic, 0), 0);
        s.peek(GroupRequests.commit(group, topic, id, 0, 5), COMMIT);
        s.peek(GroupRequests.commit(group, topic, id, 1, 6), COMMIT);
        s.ask("one", GroupRequests.deleteOffset(group, topic, 0), 0);
        s.ask("again", GroupRequests.deleteOffset(group, topic, 0), 0);
        s.ask("no such partition", GroupRequests.deleteOffset(group, topic, 5), 0);
        s.ask("no such topic", GroupRequests.deleteOffset(group, s.topic("none"), 0), 0);
        s.ask("what is left", GroupRequests.fetch(FETCH, group, null, null), FETCH);
        String busy = GroupScenarios.group(s, "busy");
        try (GroupMember a = new GroupMember(s, busy, "a")) {
            a.startJoin("p=a");
            a.joined("a");
            s.ask("of another type's group", GroupRequests.deleteOffset(busy, topic, 0), 0);
        }
    }

    private static void topicDeleted(Session s) {
        String topic = s.createTopic("t");
        Uuid id = s.topicId(topic);
        String group = GroupScenarios.group(s, "g");
        s.peek(GroupRequests.commit(group, topic, id, 0, 5), COMMIT);
        s.peek(
                new DeleteTopicsRequestData()
                        .setTopics(List.of(new DeleteTopicState().setName(topic)))
                        .setTimeoutMs(10_000),
                6);
        s.eventually(
                GroupRequests.fetch(FETCH, group, null, null),
                FETCH,
                OffsetFetchResponseData.class,
                reply -> reply.groups().getFirst().topics().isEmpty());
    }
}
