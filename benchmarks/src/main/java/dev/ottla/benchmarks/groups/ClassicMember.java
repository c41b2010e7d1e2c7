package dev.ottla.benchmarks.groups;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData.JoinGroupResponseMember;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/** One member of the classic protocol: joins, syncs, and looks whether it must join again until its group is stable. */
final class ClassicMember {
    private static final int JOIN_VERSION = 9;

    private final ClassicMembers group;
    private final Link link;
    private String id = "";
    private int generation = -1;

    ClassicMember(ClassicMembers group, Link link) {
        this.group = group;
        this.link = link;
    }

    String id() {
        return id;
    }

    Link link() {
        return link;
    }

    boolean isIdle() {
        return link.isIdle();
    }

    Beat beat() {
        return new Beat(link, Frame.of(group.heartbeatRequest(id, generation), ClassicMembers.HEARTBEAT_VERSION));
    }

    void join() {
        say(group.joinRequest(id), JOIN_VERSION, JoinGroupResponseData.class, this::joined);
    }

    private void joined(JoinGroupResponseData answer) {
        Errors error = Errors.forCode(answer.errorCode());
        if (error == Errors.MEMBER_ID_REQUIRED) {
            id = answer.memberId();
            join();
            return;
        }
        expect(error == Errors.NONE, "join", error);
        id = answer.memberId();
        generation = answer.generationId();
        List<String> assigned = answer.leader().equals(id)
                ? answer.members().stream()
                        .map(JoinGroupResponseMember::memberId)
                        .toList()
                : List.of();
        say(
                group.syncRequest(id, generation, assigned),
                ClassicMembers.SYNC_VERSION,
                SyncGroupResponseData.class,
                this::synced);
    }

    private void synced(SyncGroupResponseData answer) {
        Errors error = Errors.forCode(answer.errorCode());
        if (error == Errors.REBALANCE_IN_PROGRESS) {
            join();
            return;
        }
        expect(error == Errors.NONE, "sync", error);
        group.synced(generation);
        if (!group.isStable()) {
            heartbeat();
        }
    }

    void heartbeat() {
        say(
                group.heartbeatRequest(id, generation),
                ClassicMembers.HEARTBEAT_VERSION,
                HeartbeatResponseData.class,
                this::heard);
    }

    private void heard(HeartbeatResponseData answer) {
        Errors error = Errors.forCode(answer.errorCode());
        if (error == Errors.REBALANCE_IN_PROGRESS) {
            join();
            return;
        }
        expect(error == Errors.NONE, "heartbeat", error);
        if (!group.isStable()) {
            heartbeat();
        }
    }

    private <T extends ApiMessage> void say(ApiMessage request, int version, Class<T> type, Consumer<T> taker) {
        Frame frame = Frame.of(request, version);
        link.send(frame, (ByteBuffer answer) -> taker.accept(type.cast(frame.read(answer))));
    }

    private static void expect(boolean isSo, String what, Errors error) {
        if (!isSo) {
            throw new IllegalStateException("The broker answered " + error + " to a " + what);
        }
    }
}
