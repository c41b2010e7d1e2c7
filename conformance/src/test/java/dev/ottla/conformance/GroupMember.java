package dev.ottla.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.requests.RequestHeader;

/** One member of a group on a connection of its own, so that its join can wait while others ask. */
final class GroupMember implements AutoCloseable {
    private static final int JOIN_VERSION = 9;
    private static final int SYNC_VERSION = 5;

    private final Session session;
    private final RawClient connection;
    private final String groupId;
    private String memberId = "";
    private String instanceId;
    private int generation = -1;
    private String protocol;
    private RequestHeader awaited;

    GroupMember(Session session, String groupId) {
        this.session = session;
        this.connection = new RawClient(session.target());
        this.groupId = groupId;
    }

    /** A static member. */
    GroupMember(Session session, String groupId, String instanceId) {
        this(session, groupId);
        this.instanceId = instanceId;
    }

    String memberId() {
        return memberId;
    }

    int generation() {
        return generation;
    }

    /** Gets an id, as every dynamic member must first. */
    GroupMember introduced(String... protocols) {
        startJoin(protocols);
        memberId = receive(JoinGroupResponseData.class).memberId();
        return this;
    }

    /** Asks to join and does not wait. */
    void startJoin(String... protocols) {
        startJoin(GroupRequests.join(groupId, memberId, protocols));
    }

    void startJoin(JoinGroupRequestData request) {
        send(request.setGroupInstanceId(instanceId), JOIN_VERSION);
    }

    /** The answer to {@link #startJoin}, written down. */
    JoinGroupResponseData joined(String about) {
        JoinGroupResponseData reply = receive(JoinGroupResponseData.class);
        session.record(about, ApiKeys.JOIN_GROUP, JOIN_VERSION, new Reply(reply));
        if (reply.errorCode() == 0) {
            memberId = reply.memberId();
            generation = reply.generationId();
            protocol = reply.protocolName();
        }
        return reply;
    }

    /** Asks for the assignment, or assigns, and does not wait. */
    void startSync(String... assignments) {
        SyncGroupRequestData request = GroupRequests.sync(groupId, memberId, generation, assignments);
        send(request.setProtocolName(protocol).setGroupInstanceId(instanceId), SYNC_VERSION);
    }

    /** The answer to {@link #startSync}, written down. */
    SyncGroupResponseData synced(String about) {
        SyncGroupResponseData reply = receive(SyncGroupResponseData.class);
        session.record(about, ApiKeys.SYNC_GROUP, SYNC_VERSION, new Reply(reply));
        return reply;
    }

    private void send(ApiMessage request, int version) {
        int correlationId = connection.sendOnly(request, version);
        awaited = RawClient.header(ApiKeys.forId(request.apiKey()), version, correlationId);
    }

    private <T extends ApiMessage> T receive(Class<T> type) {
        try {
            return type.cast(RawClient.decode(connection.receive(), awaited));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
