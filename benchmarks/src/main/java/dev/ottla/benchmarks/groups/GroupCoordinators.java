package dev.ottla.benchmarks.groups;

import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.protocol.Errors;

/** A broker creates the groups' topic when it is first asked for a coordinator, and serves each of its partitions a while later. */
final class GroupCoordinators {
    private static final int FIND_VERSION = 4;
    /** So many groups that each of the topic's 50 partitions is almost certainly one's. */
    private static final int GROUPS = 500;

    private static final long PAUSE_MS = 20;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private GroupCoordinators() {}

    /** Returns when the broker serves groups, whatever partition they are in. */
    static void await(Wire wire, String topic) {
        retry(wire, () -> {
            var find = new FindCoordinatorRequestData().setCoordinatorKeys(List.of("ready-0"));
            return wire.ask(find, FIND_VERSION, FindCoordinatorResponseData.class)
                    .coordinators()
                    .getFirst()
                    .errorCode();
        });
        for (int i = 0; i < GROUPS; i++) {
            OffsetCommitRequestData commit = Commits.of("ready-" + i, "", -1, topic, 1, 1);
            retry(
                    wire,
                    () -> wire.ask(commit, ClassicMembers.COMMIT_VERSION, OffsetCommitResponseData.class)
                            .topics()
                            .getFirst()
                            .partitions()
                            .getFirst()
                            .errorCode());
        }
    }

    private static void retry(Wire wire, Supplier<Short> attempt) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        for (short code = attempt.get(); code != 0; code = attempt.get()) {
            Errors error = Errors.forCode(code);
            if (!(error.exception() instanceof org.apache.kafka.common.errors.RetriableException)
                    || System.nanoTime() > end) {
                throw new IllegalStateException("The broker answered " + error);
            }
            wire.serve(PAUSE_MS);
        }
    }
}
