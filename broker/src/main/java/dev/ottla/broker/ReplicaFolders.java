package dev.ottla.broker;

import dev.ottla.base.DirectoryId;
import dev.ottla.base.OttlaException;
import dev.ottla.controller.AssignDirectories;
import dev.ottla.controller.AssignDirectories.Assignment;
import dev.ottla.controller.Controller;
import dev.ottla.controller.ReportDirectories;
import dev.ottla.log.LogFolder;
import dev.ottla.replication.DataFolders;
import dev.ottla.replication.ReplicaHomes;
import dev.ottla.replication.ReplicaMoves;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the controller what becomes of this broker's data folders and of the replicas in them. */
final class ReplicaFolders implements ReplicaMoves.Assigner, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaFolders.class);

    private final Controller controller;
    private final DataFolders folders;
    private final int nodeId;

    /** A failure may be found on the controller's own thread, which must not wait for itself. */
    private final ExecutorService reporter = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("ottla-folder-failures").daemon().factory());

    ReplicaFolders(Controller controller, DataFolders folders, int nodeId) {
        this.controller = controller;
        this.folders = folders;
        this.nodeId = nodeId;
    }

    /** At a start: finishes interrupted moves and records where replicas were found. */
    void settle() {
        ReplicaHomes homes = new ReplicaHomes(nodeId, folders, controller.image());
        homes.settle();
        List<ReplicaHomes.Found> found = homes.found();
        if (!found.isEmpty()) {
            controller.submit(new AssignDirectories(
                    nodeId, found.stream().map(ReplicaFolders::assignment).toList()));
            LOG.info("Recorded the data folders of {} replicas", found.size());
        }
    }

    /** From now on, what fails is told. */
    void reportFailures() {
        for (LogFolder folder : folders.opened()) {
            folder.onFailure(reason -> {
                if (!reporter.isShutdown()) {
                    reporter.execute(this::report);
                }
            });
        }
    }

    /** Tells of all that do not work; what was told before is no news. */
    void report() {
        List<DirectoryId> failed = folders.all().stream()
                .filter(folder -> !folder.works())
                .map(folder -> folder.id())
                .filter(Objects::nonNull)
                .toList();
        if (failed.isEmpty()) {
            return;
        }
        try {
            int changed = controller.submit(new ReportDirectories(nodeId, failed));
            LOG.warn("{} partitions have no leader, because their data folders failed", changed);
        } catch (OttlaException e) {
            LOG.warn("Failed data folders were not recorded: {}", e.getMessage());
        }
    }

    @Override
    public boolean assign(ReplicaHomes.Found change) {
        return controller
                .submit(new AssignDirectories(nodeId, List.of(assignment(change))))
                .getFirst();
    }

    private static Assignment assignment(ReplicaHomes.Found found) {
        return new Assignment(found.partition().topicId(), found.partition().partition(), found.from(), found.to());
    }

    @Override
    public void close() {
        reporter.shutdown();
    }
}
