package dev.ottla.log.journal;

import dev.ottla.base.Clock;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes staged groups durable, one after the other: one write and one force each, and only then those who wait are told. */
final class Committer {
    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);

    private static final long ENOUGH_BYTES = 64 << 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final Staging staging;
    private final JournalFiles files;
    private final Durability durability;
    private final Executor background;
    private final GroupSeal seal = new GroupSeal();
    private final Progress progress;
    private final Clock clock;
    private final LongAdder groups = new LongAdder();
    private final LongAdder entries = new LongAdder();
    private final LongAdder writtenBytes = new LongAdder();
    private final LongAdder writeNanos = new LongAdder();
    private JournalFile current;
    private @Nullable StagedGroup pending;
    private volatile int entriesWorthAwaiting;
    private volatile boolean diskFull;

    Committer(
            Staging staging,
            JournalFiles files,
            Durability durability,
            Progress progress,
            Executor background,
            Clock clock,
            JournalFile current) {
        this.clock = clock;
        this.progress = progress;
        this.staging = staging;
        this.files = files;
        this.durability = durability;
        this.background = background;
        this.current = current;
    }

    /** How many entries are worth waiting for: as many as the last group had, or as make a group so large that more would not make its force cheaper. */
    int entriesWorthAwaiting() {
        return entriesWorthAwaiting;
    }

    JournalStats stats(long usedBytes, long maxBytes) {
        return new JournalStats(groups.sum(), entries.sum(), writtenBytes.sum(), writeNanos.sum(), usedBytes, maxBytes);
    }

    boolean isDiskFull() {
        return diskFull;
    }

    boolean commit() throws IOException {
        lock.lock();
        try {
            return commitLocked();
        } catch (IOException failure) {
            fail(failure);
            throw failure;
        } catch (RuntimeException | Error unexpected) {
            fail(new IOException("The journal's writer failed: " + unexpected, unexpected));
            throw unexpected;
        } finally {
            lock.unlock();
        }
    }

    private boolean commitLocked() throws IOException {
        IOException failure = durability.failure();
        if (failure != null) {
            throw new IOException("The journal has failed: " + failure.getMessage(), failure);
        }
        StagedGroup group = pending == null ? staging.drain() : pending;
        if (group == null) {
            return false;
        }
        group.awaitFilled();
        if (!makeRoom(group)) {
            pending = group;
            return false;
        }
        pending = null;
        seal.seal(group, current.header(), durability.durableLsn());
        long begunNanos = clock.monotonicNanos();
        current.write(group);
        current.force();
        writeNanos.add(clock.monotonicNanos() - begunNanos);
        writtenBytes.add(GroupHeader.totalBytes(group.bodyBytes()));
        entries.add(group.entries());
        groups.increment();
        publish(group);
        if (files.takePreparation()) {
            background.execute(this::prepare);
        }
        return true;
    }

    private boolean makeRoom(StagedGroup group) throws IOException {
        long bytes = GroupHeader.totalBytes(group.bodyBytes());
        if (current.hasRoomFor(bytes)) {
            return true;
        }
        try {
            current = files.roll(group.firstLsn(), bytes);
            diskFull = false;
            return true;
        } catch (DiskFull noRoom) {
            if (!diskFull) {
                LOG.warn("The journal waits for room on the disk: {}", noRoom.getMessage());
            }
            diskFull = true;
            return false;
        }
    }

    private void prepare() {
        try {
            files.prepare();
        } catch (IOException failure) {
            fail(failure);
        }
    }

    void fail(IOException failure) {
        staging.refuse("The journal can make nothing durable any more: " + failure.getMessage());
        durability.fail(failure);
    }

    private void publish(StagedGroup group) {
        long enough = ENOUGH_BYTES * group.entries() / Math.max(1, group.bodyBytes());
        entriesWorthAwaiting = (int) Math.min(group.entries(), enough);
        durability.publish(group.lastLsn());
        progress.tell(group);
        staging.release(group);
        progress.tellAll();
    }
}
