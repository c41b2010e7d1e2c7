package dev.ottla.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.base.RandomSource;
import dev.ottla.base.TopicId;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.group.Client;
import dev.ottla.coordinator.group.GroupSettings;
import dev.ottla.coordinator.runtime.Step;
import dev.ottla.metadata.TopicImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;

/** One seeded life of a group of the consumer protocol, checked after every step. */
final class ConsumerGroupRun {
    private static final String GROUP = "g";
    private static final int MEMBERS = 5;
    private static final int SESSION_MS = 10_000;
    private static final List<String> NAMES = List.of("t-a", "t-b", "u-c");
    private static final Client CLIENT = new Client("c", "/h", (short) 1);

    private final long seed;
    private final RandomSource random;
    private final GroupSettings settings;
    private final List<ConsumerClient> members = new ArrayList<>();
    private final ReadTopics topics = new ReadTopics();

    private final RunningCore core;
    private int steps;
    private int lostAnswers;
    private int named;
    private final CheckedCommits commits;
    private final SaidOfGroup described;
    /** Those who were in the group once, as they last knew themselves. */
    private final List<CheckedCommits.Sender> zombies = new ArrayList<>();

    ConsumerGroupRun(long seed) {
        this.seed = seed;
        this.random = RandomSource.seeded(seed);
        int intervalMs = seed % 2 == 0 ? 0 : 1_000;
        this.settings = new GroupSettings(
                1,
                100_000,
                300,
                4,
                100,
                7 * 24 * 3_600_000L,
                600_000,
                new GroupSettings.Consumer(
                        GroupSettings.OwnNumber.unbounded(1_000),
                        GroupSettings.OwnNumber.unbounded(SESSION_MS),
                        MEMBERS + 2,
                        GroupSettings.OwnNumber.unbounded(intervalMs),
                        List.of("uniform", "range"),
                        GroupSettings.Migration.BIDIRECTIONAL));
        this.core = new RunningCore(this::newCore);
        this.commits = new CheckedCommits(core, GROUP);
        this.described = new SaidOfGroup(core, GROUP, topics);
        for (int i = 0; i < MEMBERS; i++) {
            members.add(new ConsumerClient(newId(), i % 2 == 0 ? null : "instance-" + i));
        }
        topics.create("t-a", 4);
    }

    private GroupCore newCore() {
        return new GroupCore(() -> settings, topics::image, random);
    }

    private String newId() {
        return "member-" + ++named;
    }

    int reloads() {
        return core.reloads();
    }

    CheckedCommits commits() {
        return commits;
    }

    int lostAnswers() {
        return lostAnswers;
    }

    int epoch() {
        return described.group().groupEpoch();
    }

    void step() {
        steps++;
        ConsumerClient member = members.get(below(MEMBERS));
        switch (below(18)) {
            case 0, 1, 2 -> heartbeat(member, below(6) == 0);
            case 3, 4, 5 -> members.forEach(each -> heartbeat(each, false));
            case 6, 7 -> member.giveBack();
            case 8 -> members.forEach(ConsumerClient::giveBack);
            case 9 -> core.pass(below(4_000));
            case 10 -> changeWishes(member);
            case 11 -> changeTopics();
            case 12 -> leave(member);
            case 13, 14 -> commit(new CheckedCommits.Sender(member.memberId, member.instanceId, member.epoch));
            case 15 -> commit(new CheckedCommits.Sender(member.memberId, member.instanceId, otherThan(member.epoch)));
            case 16 -> {
                if (zombies.isEmpty() || below(2) == 0) {
                    lie(member);
                } else {
                    commit(zombies.get(below(zombies.size())));
                }
            }
            default -> {
                if (below(3) == 0) {
                    core.reload();
                } else {
                    restart(member);
                }
            }
        }
        check();
    }

    private void changeWishes(ConsumerClient member) {
        String assignor = below(3) == 0 ? "range" : below(2) == 0 ? "uniform" : null;
        if (below(3) == 0) {
            member.wants(List.of(), "t-.*", assignor);
        } else {
            member.wants(NAMES.subList(0, 1 + below(NAMES.size())), "", assignor);
        }
    }

    private void changeTopics() {
        String name = NAMES.get(below(NAMES.size()));
        switch (below(3)) {
            case 0 -> topics.create(name, 1 + below(6));
            case 1 -> topics.grow(name);
            default -> topics.delete(name);
        }
    }

    /** All behave, and time goes by. */
    void settle() {
        topics.create("t-a", 3);
        members.forEach(member -> member.wants(List.of("t-a", "t-b"), "", "uniform"));
        for (int round = 0; round < 40; round++) {
            for (ConsumerClient member : members) {
                heartbeat(member, false);
                member.giveBack();
                check();
            }
            core.pass(1_000);
        }
        assertThat(described.group().groupState())
                .as("seed %d: %s %s", seed, members, core.now().groups().get(GROUP))
                .isEqualTo("Stable");
        for (String name : List.of("t-a", "t-b")) {
            TopicImage topic = topics.image().topic(name);
            int count = topic == null ? 0 : topic.partitionCount();
            for (int partition = 0; partition < count; partition++) {
                assertThat(readers(topic.id(), partition))
                        .as("seed %d: readers of %s-%d", seed, name, partition)
                        .hasSize(1);
            }
        }
        int most = members.stream().mapToInt(ConsumerGroupRun::share).max().orElse(0);
        int least = members.stream().mapToInt(ConsumerGroupRun::share).min().orElse(0);
        assertThat(most - least).as("seed %d: shares of %s", seed, members).isLessThanOrEqualTo(1);
    }

    private static int share(ConsumerClient member) {
        return member.owned.values().stream().mapToInt(Set::size).sum();
    }

    private List<ConsumerClient> readers(TopicId topic, int partition) {
        return members.stream()
                .filter(member -> member.owned.getOrDefault(topic, Set.of()).contains(partition))
                .toList();
    }

    private void heartbeat(ConsumerClient member, boolean answerIsLost) {
        ConsumerGroupHeartbeatRequestData request = member.heartbeat(GROUP);
        ConsumerGroupHeartbeatResponseData response;
        try {
            response = send(request);
        } catch (OttlaException e) {
            refused(member, e.code());
            return;
        }
        if (answerIsLost) {
            lostAnswers++;
        } else {
            member.take(response);
        }
    }

    private ConsumerGroupHeartbeatResponseData send(ConsumerGroupHeartbeatRequestData request) {
        Step<GroupEvent> step = core.step();
        ConsumerGroupHeartbeatResponseData response = core.now().consumerHeartbeat(CLIENT, request, step);
        core.finish(step);
        return response;
    }

    private void refused(ConsumerClient member, ErrorCode code) {
        assertThat(code)
                .as("seed %d, step %d", seed, steps)
                .isIn(
                        ErrorCode.UNKNOWN_MEMBER_ID,
                        ErrorCode.FENCED_MEMBER_EPOCH,
                        ErrorCode.FENCED_INSTANCE_ID,
                        ErrorCode.UNRELEASED_INSTANCE_ID,
                        ErrorCode.GROUP_ID_NOT_FOUND,
                        ErrorCode.GROUP_MAX_SIZE_REACHED);
        remember(member);
        member.fence();
    }

    /** For good, or, when it is static, until it is back. */
    private void leave(ConsumerClient member) {
        if (member.epoch > 0) {
            try {
                int goodbye = member.instanceId == null || below(2) == 0 ? -1 : -2;
                var _ = send(member.heartbeat(GROUP).setMemberEpoch(goodbye));
            } catch (OttlaException e) {
                refused(member, e.code());
            }
        }
        restart(member);
    }

    private void restart(ConsumerClient member) {
        remember(member);
        member.restart(newId());
    }

    private void remember(ConsumerClient member) {
        if (member.epoch > 0) {
            zombies.add(new CheckedCommits.Sender(member.memberId, member.instanceId, member.epoch));
        }
    }

    private int otherThan(int epoch) {
        return Math.max(0, epoch + 3 - below(8));
    }

    private void commit(CheckedCommits.Sender sender) {
        String name = NAMES.get(below(NAMES.size()));
        TopicImage topic = topics.image().topic(name);
        if (topic == null) {
            return;
        }
        int partition = below(topic.partitionCount());
        ConsumerGroupDescribeResponseData.Member said = described.member(sender.memberId());
        boolean mayCount = said == null
                ? sender.epoch() < 0 && described.group().members().isEmpty()
                : sender.epoch() == said.memberEpoch()
                        || (sender.epoch() < said.memberEpoch() && SaidOfGroup.has(said, name, partition));
        boolean counts = commits.commit(sender, name, topic.id(), partition);
        assertThat(mayCount || !counts)
                .as("seed %d, step %d: %s commits %s-%d, known is %s", seed, steps, sender, name, partition, said)
                .isTrue();
        assertThat(counts || said == null || sender.epoch() != said.memberEpoch() || sender.epoch() == 0)
                .as(
                        "seed %d, step %d: %s may not commit %s-%d, known is %s",
                        seed, steps, sender, name, partition, said)
                .isTrue();
    }

    /** Says a wrong epoch, or to have what it has not; whatever comes of it, nobody else may suffer. */
    private void lie(ConsumerClient member) {
        if (member.epoch <= 0) {
            return;
        }
        ConsumerGroupHeartbeatRequestData request = member.heartbeat(GROUP);
        if (below(2) == 0) {
            request.setMemberEpoch(Math.max(1, otherThan(member.epoch)));
        }
        TopicImage topic = topics.image().topic(NAMES.get(below(NAMES.size())));
        if (topic != null && below(2) == 0) {
            request.topicPartitions()
                    .add(new ConsumerGroupHeartbeatRequestData.TopicPartitions()
                            .setTopicId(new Uuid(
                                    topic.id().mostSignificantBits(), topic.id().leastSignificantBits()))
                            .setPartitions(List.of(below(topic.partitionCount()))));
        }
        ConsumerGroupDescribeResponseData.Member said = described.member(member.memberId);
        boolean isAhead = said == null || request.memberEpoch() > said.memberEpoch();
        boolean isBehind = said != null && request.memberEpoch() < said.memberEpoch();
        boolean mustBeRefused = isAhead || (isBehind && described.claimsMore(said, request));
        Step<GroupEvent> step = core.step();
        try {
            ConsumerGroupHeartbeatResponseData response = core.now().consumerHeartbeat(CLIENT, request, step);
            assertThat(mustBeRefused)
                    .as("seed %d, step %d: taken is %s of %s", seed, steps, request, said)
                    .isFalse();
            member.take(response);
        } catch (OttlaException e) {
            assertThat(step.events())
                    .as("seed %d, step %d: refused half-way", seed, steps)
                    .isEmpty();
        }
        core.finish(step);
    }

    private void check() {
        GroupCore replayed = core.replayed();
        commits.check(replayed, "seed " + seed + ", step " + steps);
        assertThat(String.valueOf(replayed.groups().get(GROUP)))
                .as("seed %d, step %d: what is stored", seed, steps)
                .isEqualTo(String.valueOf(core.now().groups().get(GROUP)));
        Set<String> inGroup = described.group().members().stream()
                .map(ConsumerGroupDescribeResponseData.Member::memberId)
                .collect(Collectors.toCollection(HashSet::new));
        Map<String, String> owners = new HashMap<>();
        for (ConsumerClient member : members) {
            if (!inGroup.contains(member.memberId)) {
                continue;
            }
            member.owned.forEach((topic, partitions) -> partitions.forEach(partition -> {
                String before = owners.put(topic + "-" + partition, member.memberId);
                assertThat(before)
                        .as("seed %d, step %d: %s also has %s-%d", seed, steps, member, topic, partition)
                        .isNull();
            }));
        }
    }

    private int below(int bound) {
        return (int) Long.remainderUnsigned(random.nextLong(), bound);
    }
}
