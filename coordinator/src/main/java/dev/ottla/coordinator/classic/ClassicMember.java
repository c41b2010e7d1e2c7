package dev.ottla.coordinator.classic;

import dev.ottla.coordinator.event.ClassicOffer;
import dev.ottla.coordinator.group.Client;
import dev.ottla.coordinator.runtime.Waiter;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.jspecify.annotations.Nullable;

/** A member of a classic group. */
final class ClassicMember {
    static final byte[] NO_ASSIGNMENT = new byte[0];

    private final String memberId;
    private final @Nullable String instanceId;
    private String clientId;
    private String clientHost;
    private int rebalanceTimeoutMs;
    private int sessionTimeoutMs;
    private List<ClassicOffer> protocols;
    private byte[] assignment = NO_ASSIGNMENT;
    /** It has not got the answer to its first join yet. */
    private boolean joiningFirst;

    private @Nullable Waiter<JoinGroupResponseData> awaitsJoin;
    private @Nullable Waiter<SyncGroupResponseData> awaitsSync;

    ClassicMember(
            String memberId,
            @Nullable String instanceId,
            String clientId,
            String clientHost,
            int rebalanceTimeoutMs,
            int sessionTimeoutMs,
            List<ClassicOffer> protocols) {
        this.memberId = memberId;
        this.instanceId = instanceId;
        this.clientId = clientId;
        this.clientHost = clientHost;
        this.rebalanceTimeoutMs = rebalanceTimeoutMs;
        this.sessionTimeoutMs = sessionTimeoutMs;
        this.protocols = List.copyOf(protocols);
    }

    /** The same static member under a new id: what it had stays. */
    ClassicMember renamed(String newMemberId) {
        ClassicMember renamed = new ClassicMember(
                newMemberId, instanceId, clientId, clientHost, rebalanceTimeoutMs, sessionTimeoutMs, protocols);
        renamed.assignment = assignment;
        return renamed;
    }

    /** Takes over what a join says. */
    void update(Client client, int newRebalanceTimeoutMs, int newSessionTimeoutMs, List<ClassicOffer> newProtocols) {
        clientId = client.id();
        clientHost = client.host();
        rebalanceTimeoutMs = newRebalanceTimeoutMs;
        sessionTimeoutMs = newSessionTimeoutMs;
        protocols = List.copyOf(newProtocols);
    }

    String memberId() {
        return memberId;
    }

    @Nullable
    String instanceId() {
        return instanceId;
    }

    boolean isStatic() {
        return instanceId != null;
    }

    String clientId() {
        return clientId;
    }

    String clientHost() {
        return clientHost;
    }

    int rebalanceTimeoutMs() {
        return rebalanceTimeoutMs;
    }

    int sessionTimeoutMs() {
        return sessionTimeoutMs;
    }

    List<ClassicOffer> protocols() {
        return protocols;
    }

    boolean supports(String protocol) {
        return protocols.stream().anyMatch(own -> own.name().equals(protocol));
    }

    boolean hasSame(List<ClassicOffer> others) {
        return protocols.equals(others);
    }

    /** What it wants under the group's protocol, or under its first when there is none yet. */
    byte[] subscription(@Nullable String protocol) {
        return protocol == null ? protocols().getFirst().metadata() : metadata(protocol);
    }

    /** Its metadata under a protocol; empty when it does not have that. */
    byte[] metadata(@Nullable String protocol) {
        for (ClassicOffer own : protocols) {
            if (own.name().equals(protocol)) {
                return own.metadata();
            }
        }
        return new byte[0];
    }

    /** The first of its protocols that all members have. */
    @Nullable
    String vote(Set<String> candidates) {
        return protocols.stream()
                .map(ClassicOffer::name)
                .filter(candidates::contains)
                .findFirst()
                .orElse(null);
    }

    byte[] assignment() {
        return assignment;
    }

    void assign(byte[] newAssignment) {
        assignment = newAssignment;
    }

    boolean isJoiningFirst() {
        return joiningFirst;
    }

    void joiningFirst(boolean first) {
        joiningFirst = first;
    }

    @Nullable
    Waiter<JoinGroupResponseData> awaitsJoin() {
        return awaitsJoin;
    }

    boolean isAwaitingJoin() {
        return awaitsJoin != null;
    }

    void awaitJoin(@Nullable Waiter<JoinGroupResponseData> waiter) {
        awaitsJoin = waiter;
    }

    @Nullable
    Waiter<SyncGroupResponseData> awaitsSync() {
        return awaitsSync;
    }

    boolean isAwaitingSync() {
        return awaitsSync != null;
    }

    void awaitSync(@Nullable Waiter<SyncGroupResponseData> waiter) {
        awaitsSync = waiter;
    }
}
