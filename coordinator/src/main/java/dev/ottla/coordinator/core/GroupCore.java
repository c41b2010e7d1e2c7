package dev.ottla.coordinator.core;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.RandomSource;
import dev.ottla.coordinator.classic.ClassicGroup;
import dev.ottla.coordinator.classic.ClassicProtocol;
import dev.ottla.coordinator.consumer.ConsumerGroup;
import dev.ottla.coordinator.consumer.ConsumerProtocol;
import dev.ottla.coordinator.event.ClassicGroupForgotten;
import dev.ottla.coordinator.event.ClassicGroupStored;
import dev.ottla.coordinator.event.ConsumerGroupEvent;
import dev.ottla.coordinator.event.ConsumerGroupForgotten;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.event.OffsetCommitted;
import dev.ottla.coordinator.event.OffsetForgotten;
import dev.ottla.coordinator.event.OffsetPending;
import dev.ottla.coordinator.group.Client;
import dev.ottla.coordinator.group.Group;
import dev.ottla.coordinator.group.GroupSettings;
import dev.ottla.coordinator.group.GroupTimer;
import dev.ottla.coordinator.group.Groups;
import dev.ottla.coordinator.offset.CommitInTransaction;
import dev.ottla.coordinator.offset.CommitOffsets;
import dev.ottla.coordinator.offset.DeleteOffsets;
import dev.ottla.coordinator.offset.Expiry;
import dev.ottla.coordinator.offset.FetchOffsets;
import dev.ottla.coordinator.offset.SampleOffsets;
import dev.ottla.coordinator.runtime.Core;
import dev.ottla.coordinator.runtime.Step;
import dev.ottla.coordinator.runtime.Waiter;
import dev.ottla.metadata.ClusterImage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData.ListedGroup;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData;

/** The groups of one partition of {@code __consumer_offsets}: a state machine without threads, clocks or files. */
public final class GroupCore implements Core<GroupEvent> {
    private final Groups groups;
    private final ClassicProtocol classic;
    private final ConsumerProtocol consumer;
    private final Migration migration;
    private final CommitOffsets commit;
    private final CommitInTransaction transactions;
    private final FetchOffsets fetch;
    private final DeleteOffsets deletion;
    private final Expiry expiry;
    private final BriefRequests brief;

    public GroupCore(Supplier<GroupSettings> settings, Supplier<ClusterImage> image, RandomSource random) {
        this.groups = new Groups(settings, image, random);
        this.classic = new ClassicProtocol(groups);
        this.consumer = new ConsumerProtocol(groups);
        this.migration = new Migration(groups, classic, consumer);
        this.commit = new CommitOffsets(groups);
        this.transactions = new CommitInTransaction(groups);
        this.fetch = new FetchOffsets(groups);
        this.deletion = new DeleteOffsets(groups);
        this.expiry = new Expiry(groups, deletion);
        this.brief = new BriefRequests(groups);
    }

    @Override
    public void replay(GroupEvent event) {
        switch (event) {
            case OffsetCommitted committed -> {
                if (groups.get(committed.groupId()) == null) {
                    groups.put(new ClassicGroup(committed.groupId(), -1));
                }
                groups.apply(committed);
            }
            case OffsetPending pending -> {
                if (groups.get(pending.groupId()) == null) {
                    groups.put(new ClassicGroup(pending.groupId(), -1));
                }
                groups.pending().apply(pending);
            }
            case OffsetForgotten forgotten -> groups.apply(forgotten);
            case ClassicGroupStored stored -> classic.replay(stored);
            case ClassicGroupForgotten forgotten -> {
                if (groups.get(forgotten.groupId()) instanceof ClassicGroup) {
                    groups.remove(forgotten.groupId());
                }
            }
            case ConsumerGroupForgotten forgotten -> {
                if (groups.get(forgotten.groupId()) instanceof ConsumerGroup) {
                    groups.remove(forgotten.groupId());
                }
            }
            case ConsumerGroupEvent changed -> consumer.replay(changed);
        }
    }

    @Override
    public void replayEnd(long producerId, boolean commit) {
        groups.endTransaction(producerId, commit);
    }

    @Override
    public void resume(Step<GroupEvent> step) {
        for (Group group : List.copyOf(groups.all())) {
            if (group instanceof ClassicGroup ofMembers) {
                classic.resume(ofMembers, step);
            } else if (group instanceof ConsumerGroup ofMembers) {
                consumer.resume(ofMembers, step);
            }
        }
        expiry.schedule(step);
    }

    @Override
    public long nextTimerMs() {
        return groups.timers().nextMs();
    }

    @Override
    public void onTimers(Step<GroupEvent> step) {
        GroupTimer due = groups.timers().poll(step.now().monotonicMs());
        while (due != null) {
            onTimer(due, step);
            due = groups.timers().poll(step.now().monotonicMs());
        }
    }

    private void onTimer(GroupTimer due, Step<GroupEvent> step) {
        switch (due) {
            case GroupTimer.Session session -> {
                Group group = groups.get(session.groupId());
                if (group instanceof ClassicGroup ofMembers) {
                    classic.sessionIsOver(ofMembers, session.memberId(), step);
                } else if (group instanceof ConsumerGroup ofMembers) {
                    consumer.sessionIsOver(ofMembers, session.memberId(), step);
                    migration.downgradeIfDue(session.groupId(), true, step);
                }
            }
            case GroupTimer.Joining joining -> classic.joinTimeIsOver(joining, step);
            case GroupTimer.Syncing syncing -> classic.syncTimeIsOver(syncing, step);
            case GroupTimer.Revoking revoking -> {
                consumer.revocationIsOver(revoking, step);
                migration.downgradeIfDue(revoking.groupId(), true, step);
            }
            case GroupTimer.Rejoining late -> {
                consumer.isLate(late.groupId(), late.memberId(), step);
                migration.downgradeIfDue(late.groupId(), true, step);
            }
            case GroupTimer.Fetching late -> {
                consumer.isLate(late.groupId(), late.memberId(), step);
                migration.downgradeIfDue(late.groupId(), true, step);
            }
            case GroupTimer.Assigning assigning -> consumer.mayAssign(assigning, step);
            case GroupTimer.Expiry _ -> expiry.run(step);
        }
    }

    @Override
    public List<Waiter<?>> waiting() {
        List<Waiter<?>> waiting = new ArrayList<>();
        groups.all().forEach(group -> waiting.addAll(group.waiting()));
        return waiting;
    }

    /** Which requests may run on an event loop. */
    public BriefRequests brief() {
        return brief;
    }

    public void join(
            Client client, JoinGroupRequestData request, Waiter<JoinGroupResponseData> waiter, Step<GroupEvent> step) {
        if (groups.get(request.groupId()) instanceof ConsumerGroup group && !group.isEmpty()) {
            migration.join(group, client, request, waiter, step);
        } else {
            classic.join(client, request, waiter, step);
        }
    }

    public void sync(SyncGroupRequestData request, Waiter<SyncGroupResponseData> waiter, Step<GroupEvent> step) {
        if (groups.get(request.groupId()) instanceof ConsumerGroup group) {
            migration.sync(group, request, waiter, step);
        } else {
            classic.sync(request, waiter, step);
        }
    }

    public HeartbeatResponseData heartbeat(HeartbeatRequestData request, Step<GroupEvent> step) {
        return groups.get(request.groupId()) instanceof ConsumerGroup group
                ? consumer.heartbeat(group, request, step)
                : classic.heartbeat(request, step);
    }

    public LeaveGroupResponseData leave(LeaveGroupRequestData request, Step<GroupEvent> step) {
        if (!(groups.get(request.groupId()) instanceof ConsumerGroup group)) {
            return classic.leave(request, step);
        }
        LeaveGroupResponseData response = consumer.leave(group, request, step);
        migration.downgradeIfDue(request.groupId(), true, step);
        return response;
    }

    /** @throws dev.ottla.base.OttlaException what KIP-848 says */
    public ConsumerGroupHeartbeatResponseData consumerHeartbeat(
            Client client, ConsumerGroupHeartbeatRequestData request, Step<GroupEvent> step) {
        migration.upgradeIfDue(client, request, step);
        ConsumerGroupHeartbeatResponseData response = consumer.heartbeat(client, request, step);
        migration.downgradeIfDue(request.groupId(), true, step);
        return response;
    }

    /** A group of the consumer protocol; GROUP_ID_NOT_FOUND inside when there is none by that id. */
    public ConsumerGroupDescribeResponseData.DescribedGroup describeConsumer(String groupId) {
        return DescribeGroup.ofConsumer(groups, groupId);
    }

    public OffsetCommitResponseData commit(Client client, OffsetCommitRequestData request, Step<GroupEvent> step) {
        OffsetCommitResponseData response = commit.run(client, request, step);
        if (groups.get(request.groupId()) instanceof ClassicGroup group) {
            classic.committed(group, request.memberId(), step);
        }
        return response;
    }

    /**
     * TxnOffsetCommit; to be run as a {@link dev.ottla.coordinator.runtime.BatchKind.Pending} of the same producer.
     *
     * @param topicIds of the topics that the request names
     * @throws dev.ottla.base.OttlaException ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID or FENCED_INSTANCE_ID
     */
    public TxnOffsetCommitResponseData commitInTransaction(
            Client client,
            TxnOffsetCommitRequestData request,
            CommitInTransaction.TopicIds topicIds,
            Step<GroupEvent> step) {
        return transactions.run(client, request, topicIds, step);
    }

    /** A producer's transaction is over; to be run as a {@link dev.ottla.coordinator.runtime.BatchKind.End} of the same producer, which is all that is written of it. */
    public void endTransaction(long producerId, boolean commit) {
        groups.endTransaction(producerId, commit);
    }

    /** @param stable a partition with a pending offset is answered with UNSTABLE_OFFSET_COMMIT (KIP-447) */
    public OffsetFetchResponseGroup fetch(OffsetFetchRequestGroup request, boolean stable) {
        return fetch.run(request, stable);
    }

    /** Committed offsets of all groups, at most so many. */
    public SampleOffsets.Sample sampleOffsets(int most) {
        return SampleOffsets.run(groups, most);
    }

    public OffsetDeleteResponseData deleteOffsets(OffsetDeleteRequestData request, Step<GroupEvent> step) {
        return deletion.run(request, step);
    }

    /** The offsets of a topic that is gone go with it. */
    public void forgetTopic(String topic, Step<GroupEvent> step) {
        deletion.ofTopic(topic, step);
    }

    public DescribedGroup describe(String groupId, short version) {
        return DescribeGroup.of(groups.get(groupId), groupId, version);
    }

    public List<ListedGroup> list(ListGroupsRequestData request) {
        return ListGroups.of(groups.all(), request);
    }

    /** @return NONE, GROUP_ID_NOT_FOUND or NON_EMPTY_GROUP */
    public ErrorCode delete(String groupId, Step<GroupEvent> step) {
        return DeleteGroup.run(groups, deletion, groupId, step);
    }

    Groups groups() {
        return groups;
    }
}
