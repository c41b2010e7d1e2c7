package dev.ottla.broker.group;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.broker.metrics.GroupLags;
import dev.ottla.coordinator.offset.SampleOffsets;
import dev.ottla.coordinator.runtime.Waiter;
import dev.ottla.replication.Partition;
import dev.ottla.replication.Partitions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How far the groups that are coordinated here are behind: from what they have committed and the high watermarks, looked up when somebody asks. Partitions
 * that this broker does not lead are left to those that do.
 */
public final class GroupLag {
    private static final long WAIT_SECONDS = 5;
    private static final SampleOffsets.Sample NOTHING = new SampleOffsets.Sample(List.of(), 0);

    private final GroupCoordinators coordinators;
    private final Partitions partitions;

    public GroupLag(GroupCoordinators coordinators, Partitions partitions) {
        this.coordinators = coordinators;
        this.partitions = partitions;
    }

    /** Waits for the coordinators, but not for ever; one that is still loading is not in it. */
    public GroupLags now() {
        CompletableFuture<Void> tooLate =
                new CompletableFuture<Void>().completeOnTimeout(null, WAIT_SECONDS, TimeUnit.SECONDS);
        List<GroupLags.Lag> lags = new ArrayList<>();
        long leftOut = 0;
        int room = GroupLags.MAX_PARTITIONS;
        for (int partition : coordinators.ledPartitions()) {
            SampleOffsets.Sample sample = sample(partition, room, tooLate);
            leftOut += sample.leftOut();
            room -= sample.positions().size();
            for (SampleOffsets.Position position : sample.positions()) {
                GroupLags.Lag lag = lag(position);
                if (lag != null) {
                    lags.add(lag);
                }
            }
        }
        return new GroupLags(lags, leftOut);
    }

    private SampleOffsets.Sample sample(int partition, int most, CompletableFuture<Void> tooLate) {
        CompletableFuture<SampleOffsets.Sample> sample = new CompletableFuture<>();
        coordinators.submit(
                partition, new Asked(sample), (core, waiter, step) -> step.answer(waiter, core.sampleOffsets(most)));
        CompletableFuture.anyOf(sample, tooLate).join();
        return sample.getNow(NOTHING);
    }

    private GroupLags.@Nullable Lag lag(SampleOffsets.Position position) {
        Partition partition = partitions.byName(position.topic(), position.partition());
        if (partition == null) {
            return null;
        }
        try {
            long behind = Math.max(0, partition.highWatermark() - position.offset());
            return new GroupLags.Lag(position.groupId(), position.topic(), position.partition(), behind);
        } catch (OttlaException offline) {
            return null;
        }
    }

    /** Whoever refuses has no groups to tell of now. */
    private record Asked(CompletableFuture<SampleOffsets.Sample> sample) implements Waiter<SampleOffsets.Sample> {
        @Override
        public void answer(SampleOffsets.Sample found) {
            sample.complete(found);
        }

        @Override
        public void refuse(ErrorCode code, String detail) {
            sample.complete(NOTHING);
        }
    }
}
