package dev.ottla.broker.txn;

import dev.ottla.base.OttlaException;
import dev.ottla.controller.ProducerIdBlock;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Producer ids that this broker may give away, in blocks from the controller; the next block is asked for before the current one is
 * used up, so that hardly anybody waits (KIP-730).
 */
public final class ProducerIds {
    private static final Logger LOG = LoggerFactory.getLogger(ProducerIds.class);
    /** As Kafka does: the next block is fetched once nine tenths of this one are used. */
    private static final double PREFETCH_FILL = 0.9;

    private final Supplier<ProducerIdBlock> allocate;
    private final Executor background;
    private @Nullable ProducerIdBlock current;
    private @Nullable ProducerIdBlock next;
    private int used;
    private boolean fetching;

    /**
     * @param allocate asks the controller; blocks
     * @param background runs the asking ahead
     */
    public ProducerIds(Supplier<ProducerIdBlock> allocate, Executor background) {
        this.allocate = allocate;
        this.background = background;
    }

    /**
     * An id that nobody had. Blocks when the controller has to be asked and was not asked ahead.
     *
     * @throws OttlaException what the controller refuses with
     */
    synchronized long take() {
        ProducerIdBlock block = current;
        if (block == null || used == block.count()) {
            block = next != null ? next : allocate.get();
            current = block;
            next = null;
            used = 0;
        }
        long id = block.first() + used;
        used++;
        if (used >= block.count() * PREFETCH_FILL) {
            askAhead();
        }
        return id;
    }

    /**
     * Has an id at hand for {@link #poll}. Blocks as {@link #take} does.
     *
     * @throws OttlaException what the controller refuses with
     */
    synchronized void prepare() {
        ProducerIdBlock block = current;
        if (next == null && (block == null || used == block.count())) {
            next = allocate.get();
        }
    }

    /** An id that nobody had; null when the controller has to be asked, which it is then. Never blocks for long. */
    synchronized @Nullable Long poll() {
        ProducerIdBlock block = current;
        if (next != null || (block != null && used < block.count())) {
            return take();
        }
        askAhead();
        return null;
    }

    private void askAhead() {
        if (next == null && !fetching) {
            fetching = true;
            background.execute(this::fetchAhead);
        }
    }

    private void fetchAhead() {
        ProducerIdBlock fetched = null;
        try {
            fetched = allocate.get();
        } catch (RuntimeException e) {
            LOG.warn("No producer ids could be fetched ahead; the next request asks again: {}", e.getMessage());
        }
        arrived(fetched);
    }

    private synchronized void arrived(@Nullable ProducerIdBlock fetched) {
        fetching = false;
        if (fetched != null && next == null) {
            next = fetched;
        }
    }
}
