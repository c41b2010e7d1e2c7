package dev.ottla.broker.data;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.FileSlice;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.data.FetchReader.Round;
import dev.ottla.log.LogSlice;
import dev.ottla.metadata.PartitionImage;
import dev.ottla.network.EventLoop;
import dev.ottla.network.Reply;
import dev.ottla.replication.Partition;
import dev.ottla.replication.PartitionWatcher;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Fetch from its first read to its answer.
 *
 * <pre>
 * read --enough, an error, or no time to wait--> [warm] --> answered
 *   \--too little--> parked --progress, change or deadline--> read
 * </pre>
 *
 * Its state belongs to the connection's loop; partitions wake it from anywhere.
 */
final class PendingFetch implements PartitionWatcher {
    private static final Logger LOG = LoggerFactory.getLogger(PendingFetch.class);
    private static final short FIRST_LEADER_VERSION = 16;
    /** A parked fetch looks so often whether its client is still there. */
    private static final long LIVENESS_CHECK_MS = 10_000;

    private final FetchHandler handler;
    private final RequestContext context;
    private final FetchRequest request;
    private final FetchContext within;
    private final List<PartitionRead> reads;
    private final long minBytes;

    private final AtomicBoolean lookScheduled = new AtomicBoolean();
    /** Bytes found by the last read and appended since: a lower bound for what another read is worth. */
    private final AtomicLong expectedBytes = new AtomicLong();

    private final List<Partition> watched = new ArrayList<>();
    private EventLoop.@Nullable Timer timer;
    private long waitLeftMs;
    private boolean done;

    PendingFetch(
            FetchHandler handler,
            RequestContext context,
            FetchRequest request,
            FetchContext within,
            List<PartitionRead> reads) {
        this.handler = handler;
        this.context = context;
        this.request = request;
        this.within = within;
        this.reads = reads;
        this.minBytes = Math.min(request.minBytes(), handler.reader().maxBytes(request));
        this.waitLeftMs = request.maxWaitMs();
    }

    /** On the loop, with the frame still held. */
    void start() {
        try {
            Round round = read();
            if (mayAnswer(round)) {
                answer();
                return;
            }
            context.releaseFrame();
            context.exchange().effectsDone();
            park(round);
        } catch (RuntimeException e) {
            end();
            abandon(e);
        }
    }

    private Round read() {
        return handler.reader().readAll(request, context.version(), reads);
    }

    private boolean mayAnswer(Round round) {
        return waitLeftMs <= 0 || round.asked() == 0 || round.sizeBytes() >= minBytes || round.answerNow();
    }

    private void park(Round round) {
        expectedBytes.set(round.sizeBytes());
        long[] seenEnds = new long[reads.size()];
        for (int i = 0; i < seenEnds.length; i++) {
            seenEnds[i] = reads.get(i).highWatermark();
        }
        dropRecords();
        for (PartitionRead read : reads) {
            Partition partition = handler.reader().find(context.version(), read);
            if (partition != null) {
                watched.add(partition);
                partition.watch(this);
            }
        }
        armTimer();
        if (movedSince(seenEnds)) {
            scheduleLook();
        }
    }

    /** Whether something happened between the read and the watch. */
    private boolean movedSince(long[] seenEnds) {
        for (int i = 0; i < seenEnds.length; i++) {
            PartitionRead read = reads.get(i);
            Partition partition = handler.reader().find(context.version(), read);
            if (partition == null ? !read.isUnresolved() : movedSince(partition, seenEnds[i])) {
                return true;
            }
        }
        return false;
    }

    private static boolean movedSince(Partition partition, long seenEnd) {
        return partition.checkLeader(Partition.NO_EPOCH) != ErrorCode.NONE || partition.highWatermark() != seenEnd;
    }

    private void armTimer() {
        long delayMs = Math.min(waitLeftMs, LIVENESS_CHECK_MS);
        timer = context.exchange().loop().schedule(delayMs, () -> elapsed(delayMs));
    }

    private void elapsed(long delayMs) {
        if (done) {
            return;
        }
        waitLeftMs -= delayMs;
        if (waitLeftMs <= 0 || context.exchange().isClosed()) {
            look();
        } else {
            armTimer();
        }
    }

    @Override
    public void onProgress(Partition partition, int sizeBytes) {
        if (expectedBytes.addAndGet(sizeBytes) >= minBytes) {
            scheduleLook();
        }
    }

    @Override
    public void onChange(Partition partition) {
        scheduleLook();
    }

    private void scheduleLook() {
        if (lookScheduled.compareAndSet(false, true)) {
            context.exchange().loop().execute(this::look);
        }
    }

    private void look() {
        lookScheduled.set(false);
        if (done) {
            return;
        }
        if (context.exchange().isClosed()) {
            end();
            FetchResponseWriter.closeAll(reads);
            context.close("The fetcher went away");
            return;
        }
        try {
            expectedBytes.set(0);
            Round round = read();
            if (mayAnswer(round)) {
                end();
                answer();
            } else {
                expectedBytes.addAndGet(round.sizeBytes());
                dropRecords();
            }
        } catch (RuntimeException e) {
            end();
            abandon(e);
        }
    }

    private void dropRecords() {
        for (PartitionRead read : reads) {
            FileSlice held = read.takeRecords();
            if (held != null) {
                held.close();
            }
        }
    }

    private void end() {
        done = true;
        if (timer != null) {
            timer.cancel();
        }
        for (Partition partition : watched) {
            partition.unwatch(this);
        }
        watched.clear();
    }

    private void answer() {
        unresolvedLast();
        FetchContext.Answer answer = handler.answer(within, reads);
        List<LogSlice> cold = coldOf(answer.reads());
        if (cold.isEmpty()) {
            send(answer);
            return;
        }
        context.exchange().effectsDone();
        handler.workers().execute(() -> {
            warm(cold);
            context.exchange().loop().execute(() -> {
                try {
                    send(answer);
                } catch (RuntimeException e) {
                    abandon(e);
                }
            });
        });
    }

    /** As Apache Kafka orders them: what is not known here comes behind what is. */
    private void unresolvedLast() {
        for (int i = 0; i + 1 < reads.size(); i++) {
            if (reads.get(i).isUnresolved()) {
                reads.sort(Comparator.comparing(PartitionRead::isUnresolved));
                return;
            }
        }
    }

    private static List<LogSlice> coldOf(List<PartitionRead> answered) {
        List<LogSlice> cold = List.of();
        for (PartitionRead read : answered) {
            if (read.records() instanceof LogSlice slice && slice.isCold()) {
                cold = cold.isEmpty() ? new ArrayList<>() : cold;
                cold.add(slice);
            }
        }
        return cold;
    }

    private static void warm(List<LogSlice> cold) {
        for (LogSlice slice : cold) {
            try {
                slice.warm();
            } catch (IOException | RuntimeException e) {
                // Sending it will meet the same trouble and close the connection, which is all there is to say to the
                // fetcher.
                LOG.warn("Records could not be read ahead", e);
            }
        }
    }

    private void send(FetchContext.Answer answer) {
        List<NodeEndpoint> endpoints = tellLeaders(answer.reads());
        Reply reply = FetchResponseWriter.write(
                context.version(),
                answer.error(),
                answer.sessionId(),
                answer.reads(),
                endpoints,
                context::responseBuffer,
                context.exchange()::replyBuffer);
        context.reply(reply);
    }

    /** Names the leader beside errors that say it is elsewhere (KIP-951, v16 and up); where the leaders are. */
    private List<NodeEndpoint> tellLeaders(List<PartitionRead> answered) {
        if (context.version() < FIRST_LEADER_VERSION) {
            return List.of();
        }
        Leaders.Told told = null;
        for (PartitionRead read : answered) {
            if (read.error() == ErrorCode.NOT_LEADER_OR_FOLLOWER || read.error() == ErrorCode.FENCED_LEADER_EPOCH) {
                if (told == null) {
                    told = handler.leaders().telling(context.exchange().connection());
                }
                PartitionImage led = told.leaderOf(read.topic(), read.topicId(), read.partition());
                if (led != null) {
                    read.leader(led.leader(), led.leaderEpoch());
                }
            }
        }
        return told == null ? List.of() : told.endpoints();
    }

    private void abandon(RuntimeException cause) {
        LOG.error("A fetch could not be answered", cause);
        FetchResponseWriter.closeAll(reads);
        context.close("A fetch could not be answered: " + cause);
    }
}
