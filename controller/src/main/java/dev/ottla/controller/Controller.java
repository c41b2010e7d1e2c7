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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs commands one after the other on a thread of its own. Commands that wait together share one force of the log: each decides on the
 * image that those before it leave, the force makes all of them durable, then the listeners hear of the new image and the replies leave,
 * in order. {@link #image} never shows what is not durable.
 *
 * <p>An error of the log or of a listener is final: the fatal handler is told, and every command from then on fails.
 */
public final class Controller implements AutoCloseable {
    /** Commands that wait; more wait in their callers. */
    static final int MAX_QUEUED_COMMANDS = 1024;

    private static final Logger LOG = LoggerFactory.getLogger(Controller.class);

    private final ControllerCore core;
    private final MetadataLog log;
    private final Clock clock;
    private final RandomSource random;
    private final Consumer<Throwable> fatalHandler;
    private final BlockingQueue<Work> queue = new ArrayBlockingQueue<>(MAX_QUEUED_COMMANDS);
    private final List<ImageListener> listeners = new CopyOnWriteArrayList<>();
    private final Thread writer;
    private volatile ClusterImage image;
    private volatile @Nullable OttlaException stopped;

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
        this.writer = Thread.ofPlatform().name("ottla-controller").unstarted(this::run);
    }

    /**
     * Starts on what the log holds.
     *
     * @param log owned from now on
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

    /** Adds a listener; when this returns it has heard the whole image of now as events. */
    public void addListener(ImageListener listener) {
        await(enqueue(new NewListener(listener, new CompletableFuture<>())).added());
    }

    /**
     * Runs a command and waits until its effects are durable and published. Blocks; not for event loops.
     *
     * @throws OttlaException when the whole of it is refused, or the controller has stopped
     */
    public <R> R submit(Command<R> command) {
        return await(
                enqueue(new Submitted<>(command, new CompletableFuture<R>())).reply());
    }

    /** Finishes what is queued and closes the log. */
    @Override
    public void close() throws IOException {
        OttlaException reason = stopped(null);
        stopped = reason;
        if (put(new Stop())) {
            try {
                writer.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        log.close();
    }

    private <W extends Work> W enqueue(W work) {
        OttlaException reason = stopped;
        if (reason != null) {
            work.fail(reason);
        } else if (!put(work)) {
            work.fail(stopped(null));
        }
        return work;
    }

    private boolean put(Work work) {
        try {
            queue.put(work);
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static OttlaException stopped(@Nullable Throwable cause) {
        String message = "The controller has stopped";
        return cause == null
                ? new OttlaException(ErrorCode.NOT_CONTROLLER, message)
                : new OttlaException(ErrorCode.KAFKA_STORAGE_ERROR, message + ": " + cause, cause);
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
            while (true) {
                Work first = queue.take();
                if (first instanceof Stop) {
                    return;
                }
                runOne(first);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException | Error failure) {
            LOG.error("The controller stops", failure);
            stopped = stopped(failure);
            fatalHandler.accept(failure);
        }
    }

    private void runOne(Work work) throws IOException {
        switch (work) {
            case Submitted<?> submitted -> run(submitted);
            case NewListener added -> {
                listeners.add(added.listener());
                added.listener().onImage(ClusterImage.EMPTY, image, ImageEvents.of(image));
                added.added().complete(true);
            }
            case Stop _ -> {}
        }
    }

    private <R> void run(Submitted<R> submitted) throws IOException {
        Decision<R> decision;
        try {
            decision = core.decide(image, submitted.command(), clock.wallMs(), random);
        } catch (OttlaException refused) {
            submitted.reply().completeExceptionally(refused);
            return;
        }
        log.append(decision.events());
        log.force();
        ClusterImage before = image;
        image = before.apply(decision.events());
        List<MetadataEvent> events = new ArrayList<>(decision.events());
        for (ImageListener listener : listeners) {
            listener.onImage(before, image, events);
        }
        submitted.reply().complete(decision.reply());
    }
}
