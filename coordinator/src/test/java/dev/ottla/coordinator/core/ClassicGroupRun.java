package dev.ottla.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.OttlaException;
import dev.ottla.base.RandomSource;
import dev.ottla.coordinator.event.CommittedOffset;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.group.Client;
import dev.ottla.coordinator.group.GroupSettings;
import dev.ottla.coordinator.runtime.Answers;
import dev.ottla.coordinator.runtime.Step;
import dev.ottla.coordinator.runtime.Waiter;
import dev.ottla.metadata.ClusterImage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocolCollection;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.message.SyncGroupResponseData;

/** One seeded life of a classic group with five members, checked after every step. */
final class ClassicGroupRun {
    private static final String GROUP = "g";
    private static final String TOPIC = "t";
    private static final int MEMBERS = 5;
    private static final int SESSION_MS = 10_000;
    private static final int REBALANCE_MS = 5_000;
    private static final GroupSettings SETTINGS = new GroupSettings(
            1,
            100_000,
            300,
            4,
            100,
            7 * 24 * 3_600_000L,
            600_000,
            new GroupSettings.Consumer(
                    GroupSettings.OwnNumber.unbounded(5_000),
                    GroupSettings.OwnNumber.unbounded(45_000),
                    100,
                    GroupSettings.OwnNumber.unbounded(0),
                    List.of("uniform", "range"),
                    GroupSettings.Migration.BIDIRECTIONAL));

    private final long seed;
    private final RandomSource random;
    private final List<Member> members = new ArrayList<>();
    /** What each generation's leader said, by member. */
    private final Map<Integer, Map<String, String>> assigned = new HashMap<>();

    private final RunningCore core;
    private int steps;
    private int newest;

    ClassicGroupRun(long seed) {
        this.seed = seed;
        this.random = RandomSource.seeded(seed);
        this.core = new RunningCore(this::newCore);
        for (int i = 0; i < MEMBERS; i++) {
            members.add(new Member(i % 2 == 0 ? null : "instance-" + i));
        }
    }

    /** A client as it sees itself. */
    private static final class Member {
        private final String instanceId;
        private String memberId = "";
        private int generation = -1;
        private boolean leads;
        private List<String> others = List.of();
        private Answers<JoinGroupResponseData> join;
        private Answers<SyncGroupResponseData> sync;
        private boolean inSync;

        Member(String instanceId) {
            this.instanceId = instanceId;
        }

        boolean waits() {
            return (join != null && !join.isAnswered()) || (sync != null && !sync.isAnswered());
        }

        void forgetItself() {
            memberId = "";
            generation = -1;
            inSync = false;
        }
    }

    private GroupCore newCore() {
        return new GroupCore(() -> SETTINGS, () -> ClusterImage.EMPTY, random);
    }

    int reloads() {
        return core.reloads();
    }

    int generations() {
        return newest;
    }

    void step() {
        steps++;
        Member member = members.get(below(MEMBERS));
        switch (below(12)) {
            case 0, 1, 2 -> goOn(member);
            case 3, 4 -> members.forEach(this::goOn);
            case 5 -> heartbeat(member);
            case 6 -> members.forEach(this::heartbeat);
            case 7 -> commit(member);
            case 8 -> leave(member);
            case 9 -> core.pass(below(3_000));
            case 10 -> lie(member);
            default -> {
                if (below(4) == 0) {
                    core.reload();
                } else {
                    // Its process dies and comes back: what it waited for never reaches it.
                    member.join = null;
                    member.sync = null;
                    member.forgetItself();
                }
            }
        }
        check();
    }

    /** All behave, and time goes by. */
    void settle() {
        for (int round = 0; round < 60; round++) {
            for (int i = 0; i < 6; i++) {
                members.forEach(this::goOn);
                members.forEach(this::heartbeat);
            }
            core.pass(1_000);
            check();
        }
        long joined = members.stream().filter(member -> member.inSync).count();
        // group.max.size is one less than those who want in; static members keep their place beyond it, as Kafka's do.
        assertThat(joined)
                .as("in sync at the end, seed %d: %s", seed, core.now().describe(GROUP, (short) 6))
                .isGreaterThanOrEqualTo(MEMBERS - 1);
        assertThat(core.now().describe(GROUP, (short) 6).groupState())
                .as("seed %d", seed)
                .isEqualTo("Stable");
        assertThat(core.now().waiting()).as("seed %d", seed).isEmpty();
    }

    private void goOn(Member member) {
        take(member);
        if (member.waits() || member.inSync) {
            return;
        }
        if (member.generation < 0) {
            member.join = new Answers<>();
            member.sync = null;
            run(
                    step -> core.now().join(new Client("c", "/h", (short) 9), joinOf(member), member.join, step),
                    member.join);
        } else if (member.sync == null) {
            member.sync = new Answers<>();
            run(step -> core.now().sync(syncOf(member), member.sync, step), member.sync);
        }
        take(member);
    }

    private void take(Member member) {
        if (member.join != null && member.join.isAnswered()) {
            takeJoin(member, member.join.whatever());
            member.join = null;
        }
        if (member.sync != null && member.sync.isAnswered()) {
            takeSync(member, member.sync.whatever());
            member.sync = null;
        }
    }

    private void takeJoin(Member member, Object answer) {
        if (!(answer instanceof JoinGroupResponseData joined)) {
            member.forgetItself();
            return;
        }
        if (joined.errorCode() == 79) {
            member.memberId = joined.memberId();
            return;
        }
        if (joined.errorCode() != 0) {
            member.forgetItself();
            return;
        }
        member.memberId = joined.memberId();
        member.generation = joined.generationId();
        member.leads = joined.leader().equals(joined.memberId()) && !joined.skipAssignment();
        member.others = joined.members().stream()
                .map(JoinGroupResponseData.JoinGroupResponseMember::memberId)
                .toList();
        newest = Math.max(newest, joined.generationId());
    }

    private void takeSync(Member member, Object answer) {
        if (answer instanceof SyncGroupResponseData synced && synced.errorCode() == 0) {
            member.inSync = true;
            String said = new String(synced.assignment(), StandardCharsets.UTF_8);
            String instance = member.instanceId == null ? member.memberId : member.instanceId;
            Map<String, String> ofGeneration = assigned.computeIfAbsent(member.generation, g -> new TreeMap<>());
            // Empty is what a member gets that the leader did not know of.
            if (!said.isEmpty()) {
                String before = ofGeneration.putIfAbsent(said, instance);
                assertThat(before == null || before.equals(instance))
                        .as(
                                "seed %d: %s of generation %d is %s's and %s's",
                                seed, said, member.generation, before, instance)
                        .isTrue();
            }
        } else {
            boolean rebalances = answer instanceof SyncGroupResponseData synced && synced.errorCode() == 27;
            member.generation = -1;
            if (!rebalances) {
                member.forgetItself();
            }
        }
    }

    private void heartbeat(Member member) {
        take(member);
        if (member.generation < 0 || member.waits()) {
            return;
        }
        try {
            Step<GroupEvent> step = core.step();
            short code = core.now()
                    .heartbeat(
                            new HeartbeatRequestData()
                                    .setGroupId(GROUP)
                                    .setMemberId(member.memberId)
                                    .setGroupInstanceId(member.instanceId)
                                    .setGenerationId(member.generation),
                            step)
                    .errorCode();
            core.finish(step);
            if (code != 0) {
                member.generation = -1;
                member.inSync = false;
            }
        } catch (OttlaException e) {
            member.forgetItself();
        }
    }

    private void commit(Member member) {
        OffsetCommitRequestData request = new OffsetCommitRequestData()
                .setGroupId(GROUP)
                .setMemberId(member.memberId)
                .setGroupInstanceId(member.instanceId)
                .setGenerationIdOrMemberEpoch(member.generation)
                .setTopics(List.of(new OffsetCommitRequestTopic()
                        .setName(TOPIC)
                        .setPartitions(List.of(new OffsetCommitRequestPartition()
                                .setPartitionIndex(0)
                                .setCommittedOffset(steps)
                                .setCommittedMetadata("")))));
        CommittedOffset before = core.now().groups().offsets().get(GROUP, TOPIC, 0);
        try {
            Step<GroupEvent> step = core.step();
            core.now().commit(new Client("c", "/h", (short) 9), request, step);
            core.finish(step);
            assertThat(core.now().groups().offsets().get(GROUP, TOPIC, 0).offset())
                    .isEqualTo(steps);
        } catch (OttlaException refused) {
            assertThat(core.now().groups().offsets().get(GROUP, TOPIC, 0)).isEqualTo(before);
        }
    }

    private void leave(Member member) {
        take(member);
        if (member.memberId.isEmpty() || member.waits()) {
            return;
        }
        Step<GroupEvent> step = core.step();
        LeaveGroupRequestData request = new LeaveGroupRequestData().setGroupId(GROUP);
        request.members().add(new MemberIdentity().setMemberId(member.memberId).setGroupInstanceId(member.instanceId));
        core.now().leave(request, step);
        core.finish(step);
        member.forgetItself();
    }

    /** Says what is not so; nothing may come of it. */
    private void lie(Member member) {
        Step<GroupEvent> step = core.step();
        Answers<SyncGroupResponseData> answer = new Answers<>();
        SyncGroupRequestData request = syncOf(member).setGenerationId(member.generation + 1_000);
        core.now().sync(request, answer, step);
        core.finish(step);
        assertThat(((SyncGroupResponseData) answer.whatever()).errorCode())
                .as("seed %d", seed)
                .isNotZero();
    }

    private void check() {
        GroupCore replayed = core.replayed();
        assertThat(replayed.groups().offsets())
                .as("seed %d", seed)
                .isEqualTo(core.now().groups().offsets());
        var live = core.now().describe(GROUP, (short) 6);
        var stored = replayed.describe(GROUP, (short) 6);
        // A rebalance lives in memory; where there is none, the log knows all.
        if (live.groupState().equals("Stable") || live.groupState().equals("Empty")) {
            assertThat(stored).as("seed %d, step %d", seed, steps).isEqualTo(live);
        }
    }

    private interface Command {
        void run(Step<GroupEvent> step);
    }

    private void run(Command command, Waiter<?> waiter) {
        Step<GroupEvent> step = core.step();
        try {
            command.run(step);
        } catch (OttlaException e) {
            waiter.refuse(e.code(), "");
            return;
        }
        core.finish(step);
    }

    private JoinGroupRequestData joinOf(Member member) {
        JoinGroupRequestProtocolCollection protocols = new JoinGroupRequestProtocolCollection();
        protocols.add(new JoinGroupRequestProtocol().setName("p").setMetadata(new byte[] {1}));
        return new JoinGroupRequestData()
                .setGroupId(GROUP)
                .setMemberId(member.memberId)
                .setGroupInstanceId(member.instanceId)
                .setProtocolType("consumer")
                .setSessionTimeoutMs(SESSION_MS)
                .setRebalanceTimeoutMs(REBALANCE_MS)
                .setProtocols(protocols);
    }

    private SyncGroupRequestData syncOf(Member member) {
        SyncGroupRequestData request = new SyncGroupRequestData()
                .setGroupId(GROUP)
                .setMemberId(member.memberId)
                .setGroupInstanceId(member.instanceId)
                .setGenerationId(member.generation)
                .setProtocolType("consumer")
                .setProtocolName("p");
        if (member.leads) {
            for (int i = 0; i < member.others.size(); i++) {
                request.assignments()
                        .add(new SyncGroupRequestAssignment()
                                .setMemberId(member.others.get(i))
                                .setAssignment(("part-" + i).getBytes(StandardCharsets.UTF_8)));
            }
        }
        return request;
    }

    private int below(int bound) {
        return (int) Long.remainderUnsigned(random.nextLong(), bound);
    }
}
