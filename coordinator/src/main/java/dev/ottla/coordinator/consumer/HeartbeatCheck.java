package dev.ottla.coordinator.consumer;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.jspecify.annotations.Nullable;

/** What a ConsumerGroupHeartbeat must say, whatever group it is for. */
final class HeartbeatCheck {
    private static final short FIRST_WITH_OWN_IDS = 1;
    private static final int JOIN = 0;
    private static final int LEAVE = -1;

    private final ConsumerGroupHeartbeatRequestData request;
    private final short version;
    private final Assignors assignors;

    HeartbeatCheck(ConsumerGroupHeartbeatRequestData request, short version, Assignors assignors) {
        this.request = request;
        this.version = version;
        this.assignors = assignors;
    }

    /** @throws OttlaException INVALID_REQUEST, UNSUPPORTED_ASSIGNOR, INVALID_REGULAR_EXPRESSION */
    void check() {
        if (version >= FIRST_WITH_OWN_IDS || request.memberEpoch() != JOIN) {
            notEmpty(request.memberId(), "MemberId");
        }
        notEmpty(request.groupId(), "GroupId");
        notBlank(request.instanceId(), "InstanceId");
        notBlank(request.rackId(), "RackId");
        if (request.memberEpoch() == JOIN) {
            checkJoin();
        } else if (request.memberEpoch() == ConsumerMember.AWAY && request.instanceId() == null) {
            throw invalid("InstanceId can't be null.");
        } else if (request.memberEpoch() < ConsumerMember.AWAY) {
            throw invalid("MemberEpoch is invalid.");
        }
        String assignor = request.serverAssignor();
        if (assignor != null && request.memberEpoch() > LEAVE && !assignors.knows(assignor)) {
            throw new OttlaException(
                    ErrorCode.UNSUPPORTED_ASSIGNOR,
                    "ServerAssignor " + assignor + " is not supported. Supported assignors: " + assignors.names()
                            + ".");
        }
        String pattern = request.subscribedTopicRegex();
        if (request.memberEpoch() > LEAVE && pattern != null && !pattern.isEmpty()) {
            var _ = Subscribed.check(pattern);
        }
    }

    private void checkJoin() {
        if (request.rebalanceTimeoutMs() == -1) {
            throw invalid("RebalanceTimeoutMs must be provided in first request.");
        }
        if (request.topicPartitions() == null || !request.topicPartitions().isEmpty()) {
            throw invalid("TopicPartitions must be empty when (re-)joining.");
        }
        boolean pattern = request.subscribedTopicRegex() != null;
        if (!pattern && request.subscribedTopicNames() == null) {
            throw invalid("Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.");
        }
    }

    private static void notEmpty(String value, String name) {
        if (value.isEmpty()) {
            throw invalid(name + " can't be empty.");
        }
    }

    private static void notBlank(@Nullable String value, String name) {
        if (value != null && value.isBlank()) {
            throw invalid(name + " can't be empty.");
        }
    }

    private static OttlaException invalid(String what) {
        return new OttlaException(ErrorCode.INVALID_REQUEST, what);
    }
}
