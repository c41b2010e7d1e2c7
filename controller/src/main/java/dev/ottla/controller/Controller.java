package dev.ottla.controller;

import dev.ottla.base.Clock;
import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.base.RandomSource;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.ImageEvents;
import dev.ottla.metadata.MetadataEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs commands one after the other on a thread of its own. Commands that wait together share one force of the log: each decides on the
 * image that those before it leave, the force makes all of them durable, then the listeners hear of the new image and the replies leave,
 * in order. Refusals wait for the force too, because they may rest on a change that is not durable yet. {@link #image} never shows what
 * is not durable.
 *
 * <p>An error of the log or of a listener is final: every command from then on fails, and the fatal handler is told. A full disk is not: the
 * commands that found no room are refused, as if they had never come.
 */
public final class Controller implements AutoCloseable {
    /** Commands that wait; more wait in their callers. */
    static final int MAX_QUEUED_COMMANDS = 1024;

    /** Commands that share one force. */
    static final int MAX_GROUP_COMMANDS = 256;

    /** Bytes after which a group takes no more commands. */
    static final int MAX_GROUP_BYTES = 1 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(Controller.class);

    private final ControllerCore core;
    private final MetadataLog log;
    private final Clock clock;
    private final RandomSource random;
    private final Consumer<Throwable> fatalHandler;
    private final BlockingQueue<Work> queue = new ArrayBlockingQueue<>(MAX_QUEUED_COMMANDS);
    private final Thread writer;

    /** Durable and published. */
    private volatile ClusterImage image;

    /** Why no more work is taken; null while it is. */
    private volatile @Nullable OttlaException stopped;

    /** The writer has taken its last work from the queue. */
    private volatile boolean finished;

    // The writer's own.
    private final List<ImageListener> listeners = new ArrayList<>();
    private final List<Runnable> replies = new ArrayList<>();
    private final List<Work> inGroup = new ArrayList<>();
    private final List<MetadataEvent> events = new ArrayList<>();
    private ClusterImage speculative;
    private int groupBytes;

    /** Something for the writer to do, in order with everything else. */
    private sealed interface Work {
        void fail(OttlaException reason);
    }

    private record Submitted<R>(Command<R> command, CompletableFuture<R> reply) implements Work {
        @Override
        public void fail(OttlaException reason) {
            reply.completeExceptionally(reason);
        }
    }

    private record NewListener(ImageListener listener, CompletableFuture<Boolean> added) implements Work {
        @Override
        public void fail(OttlaException reason) {
            added.completeExceptionally(reason);
        }
    }

    private record Stop() implements Work {
        @Override
        public void fail(OttlaException reason) {}
    }

    private Controller(
            ControllerSettings settings,
            MetadataLog log,
            Clock clock,
            RandomSource random,
            Consumer<Throwable> fatalHandler) {
        this.core = new ControllerCore(settings);
        this.log = log;
        this.clock = clock;
        this.random = random;
        this.fatalHandler = fatalHandler;
        this.image = log.opened();
        this.speculative = image;
        this.writer = Thread.ofPlatform().name("ottla-controller").unstarted(this::run);
    }

    /**
     * Starts on what the log holds.
     *
     * @param log owned from now on
     * @param random used on the controller's thread only
     * @param fatalHandler told at most once, on the controller's thread, of an error after which the process must stop
     */
    public static Controller start(
            ControllerSettings settings,
            MetadataLog log,
            Clock clock,
            RandomSource random,
            Consumer<Throwable> fatalHandler) {
        Controller controller = new Controller(settings, log, clock, random, fatalHandler);
        controller.writer.start();
        return controller;
    }

    /** The newest durable image; the listeners have heard of it, or are just hearing. */
    public ClusterImage image() {
        return image;
    }

    /** How many commands wait. */
    public int queued() {
        return queue.size();
    }

    /** Adds a listener; when this returns it has heard the whole image of now as events. */
    public void addListener(ImageListener listener) {
        CompletableFuture<Boolean> added = new CompletableFuture<>();
        enqueue(new NewListener(listener, added));
        await(added);
    }

    /**
     * Runs a command and waits until its effects are durable and published. Blocks; not for event loops.
     *
     * @throws OttlaException when the whole of it is refused, or the controller has stopped; with KAFKA_STORAGE_ERROR it is not known
     *     whether the command will be found done after a restart, unless only the disk is full
     */
    public <R> R submit(Command<R> command) {
        CompletableFuture<R> reply = new CompletableFuture<>();
        enqueue(new Submitted<>(command, reply));
        return await(reply);
    }

    /** Finishes what is queued and closes the log. */
    @Override
    public void close() throws IOException {
        enqueue(new Stop());
        boolean interrupted = false;
        while (writer.isAlive()) {
            try {
                writer.join();
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        log.close();
    }

    private void enqueue(Work work) {
        OttlaException reason = stopped;
        if (reason != null) {
            work.fail(reason);
            return;
        }
        try {
            queue.put(work);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            work.fail(new OttlaException(ErrorCode.REQUEST_TIMED_OUT, "Interrupted before the command was taken"));
            return;
        }
        if (finished) {
            failQueued();
        }
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof OttlaException refused) {
                throw refused;
            }
            throw failure;
        }
    }

    private void run() {
        try {
            while (runGroup()) {
                // until told to stop
            }
            stop(new OttlaException(ErrorCode.NOT_CONTROLLER, "The controller has stopped"));
        } catch (InterruptedException | IOException | RuntimeException | Error failure) {
            LOG.error("The controller cannot go on", failure);
            stop(new OttlaException(ErrorCode.KAFKA_STORAGE_ERROR, "The controller has stopped: " + failure, failure));
            fatalHandler.accept(failure);
        }
    }

    private void stop(OttlaException reason) {
        stopped = reason;
        finished = true;
        inGroup.forEach(work -> work.fail(reason));
        inGroup.clear();
        failQueued();
    }

    private void failQueued() {
        OttlaException reason = stopped;
        if (reason != null) {
            List<Work> left = new ArrayList<>();
            queue.drainTo(left);
            left.forEach(work -> work.fail(reason));
        }
    }

    /** Takes work until the queue is empty or the group is full; false when told to stop. */
    private boolean runGroup() throws IOException, InterruptedException {
        Work work = queue.take();
        boolean goOn = true;
        while (work != null && goOn) {
            goOn = take(work);
            boolean room = inGroup.size() < MAX_GROUP_COMMANDS && groupBytes < MAX_GROUP_BYTES;
            work = goOn && room ? queue.poll() : null;
        }
        commit();
        return goOn;
    }

    private boolean take(Work work) throws IOException {
        inGroup.add(work);
        return switch (work) {
            case Submitted<?> submitted -> {
                decide(submitted);
                yield true;
            }
            case NewListener added -> {
                replies.add(() -> add(added));
                yield true;
            }
            case Stop _ -> false;
        };
    }

    private <R> void decide(Submitted<R> submitted) throws IOException {
        Decision<R> decision;
        ClusterImage after;
        try {
            decision = core.decide(speculative, submitted.command(), clock.wallMs(), random);
            after = speculative.apply(decision.events());
        } catch (OttlaException refused) {
            replies.add(() -> submitted.fail(refused));
            return;
        } catch (RuntimeException bug) {
            LOG.error("A command failed: {}", submitted.command(), bug);
            OttlaException refused =
                    new OttlaException(ErrorCode.UNKNOWN_SERVER_ERROR, "The controller failed: " + bug, bug);
            replies.add(() -> submitted.fail(refused));
            return;
        }
        if (!decision.events().isEmpty()) {
            groupBytes = log.append(decision.events());
            events.addAll(decision.events());
            speculative = after;
        }
        replies.add(() -> submitted.reply().complete(decision.reply()));
    }

    private void commit() throws IOException {
        boolean kept = force();
        replies.forEach(Runnable::run);
        replies.clear();
        inGroup.clear();
        if (groupBytes > 0) {
            groupBytes = 0;
            if (kept) {
                log.compact(image);
            }
        }
    }

    private boolean force() throws IOException {
        if (events.isEmpty()) {
            return true;
        }
        try {
            log.force();
        } catch (DiskFullException full) {
            undo(full);
            return false;
        }
        publish();
        return true;
    }

    /** Nothing of the group has happened; its refusals go too, since they may rest on what has not. */
    private void undo(DiskFullException full) {
        LOG.warn("Commands are refused", full);
        OttlaException refused =
                new OttlaException(ErrorCode.KAFKA_STORAGE_ERROR, "The disk is full: nothing was changed", full);
        speculative = image;
        events.clear();
        replies.clear();
        for (Work work : inGroup) {
            switch (work) {
                case Submitted<?> submitted -> replies.add(() -> submitted.fail(refused));
                case NewListener added -> replies.add(() -> add(added));
                case Stop _ -> {}
            }
        }
    }

    private void publish() {
        ClusterImage before = image;
        image = speculative;
        List<MetadataEvent> published = List.copyOf(events);
        events.clear();
        for (ImageListener listener : listeners) {
            listener.onImage(before, image, published);
        }
    }

    private void add(NewListener added) {
        listeners.add(added.listener());
        added.listener().onImage(ClusterImage.EMPTY, image, ImageEvents.of(image));
        added.added().complete(true);
    }
}
