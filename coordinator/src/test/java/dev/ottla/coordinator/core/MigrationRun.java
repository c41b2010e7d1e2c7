package dev.ottla.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.OttlaException;
import dev.ottla.base.RandomSource;
import dev.ottla.base.TopicId;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.group.Client;
import dev.ottla.coordinator.group.GroupSettings;
import dev.ottla.coordinator.runtime.Answers;
import dev.ottla.coordinator.runtime.Step;
import dev.ottla.coordinator.runtime.Waiter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;

/** One seeded life of a group whose members speak either protocol, checked after every step. */
final class MigrationRun {
    private static final String GROUP = "g";
    private static final int OF_EACH = 3;
    private static final int PARTITIONS = 6;
    /** The last of each are one instance, which comes back under either protocol. */
    private static final List<String> INSTANCES_OF_MODERN = Arrays.asList(null, "modern", "either");

    private static final List<String> INSTANCES_OF_CLASSIC = Arrays.asList(null, "classic", "either");
    private static final short REBALANCE_IN_PROGRESS = 27;
    private static final GroupSettings SETTINGS = new GroupSettings(
            1,
            100_000,
            0,
            100,
            100,
            7 * 24 * 3_600_000L,
            600_000,
            new GroupSettings.Consumer(
                    GroupSettings.OwnNumber.unbounded(1_000),
                    GroupSettings.OwnNumber.unbounded(10_000),
                    100,
                    GroupSettings.OwnNumber.unbounded(0),
                    List.of("uniform", "range"),
                    GroupSettings.Migration.BIDIRECTIONAL));

    private final long seed;
    private final RandomSource random;
    private final List<ConsumerClient> modern = new ArrayList<>();
    private final List<MixedClient> classic = new ArrayList<>();
    private final Set<Object> present = new HashSet<>();
    private final ReadTopics topics = new ReadTopics();

    private final RunningCore core;
    private int steps;
    private int named;
    private int migrations;
    private String type = "";
    private final CheckedCommits commits;
    /** Those who were in the group once, as they last knew themselves. */
    private final List<CheckedCommits.Sender> zombies = new ArrayList<>();

    MigrationRun(long seed) {
        this.seed = seed;
        this.random = RandomSource.seeded(seed);
        this.core = new RunningCore(this::newCore);
        this.commits = new CheckedCommits(core, GROUP);
        for (int i = 0; i < OF_EACH; i++) {
            modern.add(new ConsumerClient("modern-" + ++named, INSTANCES_OF_MODERN.get(i)));
            classic.add(new MixedClient(seed % 2 == 0, INSTANCES_OF_CLASSIC.get(i)));
        }
        topics.create(MixedClient.TOPIC, PARTITIONS);
    }

    private GroupCore newCore() {
        return new GroupCore(() -> SETTINGS, topics::image, random);
    }

    CheckedCommits commits() {
        return commits;
    }

    int migrations() {
        return migrations;
    }

    void step() {
        steps++;
        switch (below(22)) {
            case 0, 1, 2 -> turn(modern.get(below(OF_EACH)));
            case 3, 4, 5 -> turn(classic.get(below(OF_EACH)));
            case 6, 7, 8, 9 -> everybodysTurn();
            case 10 -> modern.get(below(OF_EACH)).giveBack();
            case 11 -> core.pass(below(3_000));
            case 12, 16, 17 -> comeOrGo(modern.get(below(OF_EACH)));
            case 13, 18 -> comeOrGo(classic.get(below(OF_EACH)));
            case 14 -> crash();
            case 19, 20 -> commit(below(3) == 0 ? 1_000 : 0);
            case 21 -> {
                if (!zombies.isEmpty()) {
                    commit(zombies.get(below(zombies.size())), 0);
                }
            }
            default -> {
                if (below(4) == 0) {
                    core.reload();
                }
            }
        }
        check();
    }

    private void everybodysTurn() {
        modern.forEach(this::turn);
        modern.forEach(ConsumerClient::giveBack);
        classic.forEach(this::turn);
    }

    private void comeOrGo(ConsumerClient member) {
        if (present.add(member)) {
            return;
        }
        present.remove(member);
        if (member.epoch > 0) {
            int goodbye = member.instanceId == null || below(2) == 0 ? -1 : -2;
            attempt(step -> core.now()
                    .consumerHeartbeat(client(1), member.heartbeat(GROUP).setMemberEpoch(goodbye), step));
        }
        member.restart("modern-" + ++named);
    }

    private void comeOrGo(MixedClient member) {
        if (present.add(member)) {
            return;
        }
        present.remove(member);
        if (!member.memberId.isEmpty()) {
            LeaveGroupRequestData request = new LeaveGroupRequestData().setGroupId(GROUP);
            request.members()
                    .add(new MemberIdentity().setMemberId(member.memberId).setGroupInstanceId(member.instanceId));
            attempt(step -> core.now().leave(request, step));
        }
        member.restart();
    }

    private void crash() {
        if (below(2) == 0) {
            MixedClient member = classic.get(below(OF_EACH));
            zombies.add(sender(member));
            member.restart();
        } else {
            ConsumerClient member = modern.get(below(OF_EACH));
            zombies.add(sender(member));
            member.restart("modern-" + ++named);
        }
    }

    private static CheckedCommits.Sender sender(ConsumerClient member) {
        return new CheckedCommits.Sender(member.memberId, member.instanceId, Math.max(0, member.epoch));
    }

    private static CheckedCommits.Sender sender(MixedClient member) {
        return new CheckedCommits.Sender(member.memberId, member.instanceId, Math.max(0, member.generation));
    }

    private void commit(int ahead) {
        int number = below(OF_EACH);
        commit(below(2) == 0 ? sender(modern.get(number)) : sender(classic.get(number)), ahead);
    }

    /** @param ahead how much later than it is the sender says its generation or epoch to be */
    private void commit(CheckedCommits.Sender sender, int ahead) {
        boolean counts = commits.commit(
                new CheckedCommits.Sender(sender.memberId(), sender.instanceId(), sender.epoch() + ahead),
                MixedClient.TOPIC,
                topics.image().topic(MixedClient.TOPIC).id(),
                below(PARTITIONS));
        assertThat(counts && (ahead > 0 || !inGroup().contains(sender.memberId())))
                .as("seed %d, step %d: %s commits, %d ahead", seed, steps, sender, ahead)
                .isFalse();
    }

    private void turn(ConsumerClient member) {
        if (!present.contains(member)) {
            return;
        }
        Step<GroupEvent> step = core.step();
        try {
            member.take(core.now().consumerHeartbeat(client(1), member.heartbeat(GROUP), step));
        } catch (OttlaException e) {
            member.fence();
        }
        core.finish(step);
    }

    private void turn(MixedClient member) {
        member.take();
        if (!present.contains(member) || member.waits()) {
            return;
        }
        if (member.generation < 0) {
            member.rejoin();
            member.join = new Answers<>();
            attempt(step -> core.now().join(client(9), member.joining(GROUP), member.join, step), member.join);
        } else if (!member.inSync) {
            member.sync = new Answers<>();
            attempt(step -> core.now().sync(member.syncing(GROUP, PARTITIONS), member.sync, step), member.sync);
        } else {
            heartbeat(member);
        }
        member.take();
    }

    private void heartbeat(MixedClient member) {
        HeartbeatRequestData request = new HeartbeatRequestData()
                .setGroupId(GROUP)
                .setMemberId(member.memberId)
                .setGroupInstanceId(member.instanceId)
                .setGenerationId(member.generation);
        Step<GroupEvent> step = core.step();
        try {
            if (core.now().heartbeat(request, step).errorCode() == REBALANCE_IN_PROGRESS) {
                member.rejoin();
            }
        } catch (OttlaException e) {
            member.lose(true);
        }
        core.finish(step);
    }

    /** All who are there behave, and time goes by. */
    void settle() {
        present.add(modern.getFirst());
        present.add(classic.getFirst());
        // Under one protocol at a time, or it would drive itself out for ever.
        if (present.remove(classic.getLast())) {
            classic.getLast().restart();
        }
        for (int round = 0; round < 60; round++) {
            for (int i = 0; i < 4; i++) {
                everybodysTurn();
                check();
            }
            core.pass(1_000);
        }
        Map<Integer, Integer> readers = new HashMap<>();
        TopicId id = topics.image().topic(MixedClient.TOPIC).id();
        modern.forEach(member ->
                member.owned.getOrDefault(id, Set.of()).forEach(number -> readers.merge(number, 1, Integer::sum)));
        classic.forEach(member -> member.owned.forEach(number -> readers.merge(number, 1, Integer::sum)));
        assertThat(readers)
                .as(
                        "seed %d: %s %s %s",
                        seed, modern, classic, core.now().groups().get(GROUP))
                .hasSize(PARTITIONS)
                .containsValue(1)
                .doesNotContainValue(2);
    }

    private void check() {
        String now = core.now().groups().get(GROUP) == null
                ? ""
                : core.now().groups().get(GROUP).typeName();
        migrations += now.equals(type) || now.isEmpty() || type.isEmpty() ? 0 : 1;
        type = now;
        GroupCore replayed = core.replayed();
        commits.check(replayed, "seed " + seed + ", step " + steps);
        if (now.equals("consumer")) {
            assertThat(String.valueOf(replayed.groups().get(GROUP)))
                    .as("seed %d, step %d: what is stored", seed, steps)
                    .isEqualTo(String.valueOf(core.now().groups().get(GROUP)));
        }
        Set<String> inGroup = inGroup();
        Map<String, Object> owners = new HashMap<>();
        modern.forEach(member -> checkOwned(member, member.memberId, member.owned, inGroup, owners));
        classic.forEach(member -> checkOwned(member, member.memberId, member.owned(topics.image()), inGroup, owners));
    }

    private Set<String> inGroup() {
        Set<String> inGroup = new HashSet<>();
        core.now().describeConsumer(GROUP).members().forEach(member -> inGroup.add(member.memberId()));
        core.now().describe(GROUP, (short) 6).members().forEach(member -> inGroup.add(member.memberId()));
        return inGroup;
    }

    private void checkOwned(
            Object member,
            String memberId,
            Map<TopicId, Set<Integer>> owned,
            Set<String> inGroup,
            Map<String, Object> owners) {
        if (!inGroup.contains(memberId)) {
            return;
        }
        owned.forEach((topic, numbers) -> numbers.forEach(number -> {
            Object before = owners.put(topic + "-" + number, member);
            assertThat(before)
                    .as(
                            "seed %d, step %d: %s also has %s; %s",
                            seed, steps, member, number, core.now().groups().get(GROUP))
                    .isNull();
        }));
    }

    private interface Command {
        Object run(Step<GroupEvent> step);
    }

    private interface Waiting {
        void run(Step<GroupEvent> step);
    }

    private void attempt(Command command) {
        Step<GroupEvent> step = core.step();
        try {
            var _ = command.run(step);
        } catch (OttlaException refused) {
            assertThat(step.events()).as("seed %d: refused half-way", seed).isEmpty();
        }
        core.finish(step);
    }

    private void attempt(Waiting command, Waiter<?> waiter) {
        Step<GroupEvent> step = core.step();
        try {
            command.run(step);
        } catch (OttlaException e) {
            waiter.refuse(e.code(), "");
        }
        core.finish(step);
    }

    private static Client client(int version) {
        return new Client("c", "/h", (short) version);
    }

    private int below(int bound) {
        return (int) Long.remainderUnsigned(random.nextLong(), bound);
    }
}
