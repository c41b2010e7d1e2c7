package dev.ottla.replication;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicPartition;
import dev.ottla.log.FutureLog;
import dev.ottla.log.FutureLogs;
import dev.ottla.log.LogFolder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Moves replicas between this broker's data folders while they are written and read (KIP-113). Any thread. */
public final class ReplicaMoves implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaMoves.class);

    private final DataFolders folders;
    private final Partitions partitions;
    private final Assigner assigner;
    private final MovePace pace;
    private final ExecutorService workers;
    private final Map<TopicPartition, ReplicaMove> moves = new ConcurrentHashMap<>();

    /** The metadata's word on a move. */
    @FunctionalInterface
    public interface Assigner {
        /**
         * Has a replica's new home recorded; when this returns true, {@link Partitions} has followed. Blocks.
         *
         * @throws OttlaException KAFKA_STORAGE_ERROR when nobody knows whether it was recorded
         */
        boolean assign(ReplicaHomes.Found change);
    }

    /** @param threads how many replicas are copied at once */
    public ReplicaMoves(DataFolders folders, Partitions partitions, Assigner assigner, MovePace pace, int threads) {
        this.folders = folders;
        this.partitions = partitions;
        this.assigner = assigner;
        this.pace = pace;
        this.workers = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().name("ottla-mover-", 0).daemon().factory());
    }

    /** Begins those moves again that the last stop cut short. Blocks. */
    public void resume() {
        for (DataFolder folder : folders.all()) {
            LogFolder logs = folder.works() ? folder.logs() : null;
            if (logs == null) {
                continue;
            }
            for (TopicPartition id : logs.futures().left()) {
                Partition partition = partitions.byId(id.topicId(), id.partition());
                DataFolder home = folders.holding(id);
                if (partition != null && home != null && home.works()) {
                    ErrorCode code =
                            move(id.topic(), id.partition(), folder.path().toString());
                    LOG.info("{} goes on moving to {}: {}", id, folder.path(), code);
                }
            }
        }
    }

    /**
     * Has a replica moved; when this returns NONE, the wish is durable. To where it is already: a move under way ends. Blocks on files.
     *
     * @return NONE, or as Apache Kafka: INVALID_TOPIC_EXCEPTION when the name is too long for it, LOG_DIR_NOT_FOUND, KAFKA_STORAGE_ERROR when a
     *     folder has failed, UNKNOWN_TOPIC_OR_PARTITION, REPLICA_NOT_AVAILABLE when another broker has it
     */
    public synchronized ErrorCode move(String topic, int number, String path) {
        if (!FutureLogs.canName(topic, number)) {
            return ErrorCode.INVALID_TOPIC_EXCEPTION;
        }
        DataFolder to = folders.byPath(path);
        if (to == null) {
            return ErrorCode.LOG_DIR_NOT_FOUND;
        }
        LogFolder target = to.works() ? to.logs() : null;
        if (target == null) {
            return ErrorCode.KAFKA_STORAGE_ERROR;
        }
        Partition partition = partitions.byName(topic, number);
        if (partition == null) {
            ErrorCode why = partitions.whyNot(topic, number);
            return why == ErrorCode.NOT_LEADER_OR_FOLLOWER ? ErrorCode.REPLICA_NOT_AVAILABLE : why;
        }
        try {
            return move(partition, to, target);
        } catch (OttlaException e) {
            LOG.error("{} cannot move to {}: {}", partition, path, e.getMessage());
            return e.code();
        }
    }

    private ErrorCode move(Partition partition, DataFolder to, LogFolder target) {
        TopicPartition id = partition.id();
        DataFolder from = folders.holding(id);
        ReplicaMove running = moves.get(id);
        if (running != null && running.to().equals(to)) {
            return ErrorCode.NONE;
        }
        if (running != null) {
            running.cancel();
            moves.remove(id, running);
        }
        if (to.equals(from)) {
            return ErrorCode.NONE;
        }
        if (from == null || !from.works()) {
            return ErrorCode.KAFKA_STORAGE_ERROR;
        }
        FutureLog future = target.futures().create(partition.log());
        ReplicaMove move = new ReplicaMove(partition, from, to, target, future, assigner, pace);
        moves.put(id, move);
        workers.execute(() -> {
            try {
                move.run();
            } finally {
                moves.remove(id, move);
            }
        });
        return ErrorCode.NONE;
    }

    /** How many replicas are on their way, or wait for a thread. */
    public int underWay() {
        return moves.size();
    }

    /** Stops copying; the next start goes on. Close before the folders, and while the controller still answers. */
    @Override
    public void close() {
        moves.values().forEach(ReplicaMove::stop);
        workers.close();
    }
}
