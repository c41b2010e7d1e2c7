package dev.ottla.conformance;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.message.SyncGroupResponseData;

/** A consumer of the classic protocol, request by request, whose answers come at once: the only one of its group that speaks that protocol. */
final class EmbeddedMember {
    private static final int JOIN_VERSION = 9;
    private static final int SYNC_VERSION = 5;
    private static final int HEARTBEAT_VERSION = 4;
    private static final int COMMIT_VERSION = 8;

    private final Session session;
    private final String groupId;
    private final String instanceId;
    private final String topic;
    private String assignor = "range";
    private int sessionMs = GroupRequests.SESSION_MS;
    private String memberId = "";
    private int generation = -1;
    private List<TopicPartition> owned = List.of();

    EmbeddedMember(Session session, String groupId, String instanceId, String topic) {
        this.session = session;
        this.groupId = groupId;
        this.instanceId = instanceId;
        this.topic = topic;
    }

    String memberId() {
        return memberId;
    }

    int generation() {
        return generation;
    }

    /** Another assignor; the cooperative one says what it has when it joins. */
    EmbeddedMember with(String otherAssignor) {
        assignor = otherAssignor;
        return this;
    }

    EmbeddedMember session(int ms) {
        sessionMs = ms;
        return this;
    }

    /** Gets an id first, when it has none and is not static. */
    JoinGroupResponseData join(String about) {
        if (memberId.isEmpty() && instanceId == null) {
            memberId = ask(about + ": for an id").memberId();
        }
        JoinGroupResponseData joined = ask(about);
        if (joined.errorCode() == 0) {
            memberId = joined.memberId();
            generation = joined.generationId();
        }
        return joined;
    }

    private JoinGroupResponseData ask(String about) {
        return session.ask(about, joining(), JOIN_VERSION).as(JoinGroupResponseData.class);
    }

    JoinGroupRequestData joining() {
        List<TopicPartition> said = assignor.startsWith("cooperative") ? owned : List.of();
        Subscription subscription = new Subscription(List.of(topic), null, said);
        ByteBuffer bytes = ConsumerProtocol.serializeSubscription(subscription);
        byte[] metadata = new byte[bytes.remaining()];
        bytes.get(metadata);
        JoinGroupRequestData request = GroupRequests.join(groupId, memberId)
                .setProtocolType("consumer")
                .setGroupInstanceId(instanceId)
                .setSessionTimeoutMs(sessionMs);
        request.protocols().add(new JoinGroupRequestProtocol().setName(assignor).setMetadata(metadata));
        return request;
    }

    /** Fetches what it should have, and takes over what comes back. */
    void sync(String about) {
        take(about, syncing());
    }

    /** Assigns partitions to itself, as the leader of a group of one. */
    void assign(String about, int partitions) {
        List<TopicPartition> all = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            all.add(new TopicPartition(topic, i));
        }
        ByteBuffer bytes = ConsumerProtocol.serializeAssignment(new Assignment(all));
        byte[] assignment = new byte[bytes.remaining()];
        bytes.get(assignment);
        take(
                about,
                syncing()
                        .setAssignments(List.of(new SyncGroupRequestAssignment()
                                .setMemberId(memberId)
                                .setAssignment(assignment))));
    }

    SyncGroupRequestData syncing() {
        return GroupRequests.sync(groupId, memberId, generation)
                .setProtocolType("consumer")
                .setProtocolName(assignor)
                .setGroupInstanceId(instanceId);
    }

    private void take(String about, SyncGroupRequestData request) {
        SyncGroupResponseData synced = session.ask(about, request, SYNC_VERSION).as(SyncGroupResponseData.class);
        if (synced.errorCode() == 0 && synced.assignment().length > 0) {
            owned = ConsumerProtocol.deserializeAssignment(ByteBuffer.wrap(synced.assignment()))
                    .partitions();
            session.say(
                    "it has " + owned.stream().map(TopicPartition::partition).toList());
        }
    }

    HeartbeatRequestData alive() {
        return GroupRequests.heartbeat(groupId, memberId, generation).setGroupInstanceId(instanceId);
    }

    void heartbeat(String about) {
        session.ask(about, alive(), HEARTBEAT_VERSION);
    }

    void commit(String about, int itsGeneration, long offset) {
        OffsetCommitRequestData commit = GroupRequests.commit(groupId, topic, session.topicId(topic), 0, offset)
                .setMemberId(memberId)
                .setGroupInstanceId(instanceId)
                .setGenerationIdOrMemberEpoch(itsGeneration);
        session.ask(about, commit, COMMIT_VERSION);
    }
}
