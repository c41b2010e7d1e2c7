package dev.ottla.log;

import dev.ottla.base.Files;
import dev.ottla.log.checkpoint.CleanShutdownMark;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of a data folder's service. */
final class FolderCloser {
    private static final Logger LOG = LoggerFactory.getLogger(FolderCloser.class);

    private final LogEnvironment environment;
    private final FolderLogs logs;
    private final Closeable lock;

    /** @param lock what holds the folder for this process */
    FolderCloser(LogEnvironment environment, FolderLogs logs, Closeable lock) {
        this.environment = environment;
        this.logs = logs;
        this.lock = lock;
    }

    void close(long brokerEpoch) {
        Path folder = environment.settings().folder();
        try {
            ManyLogs.close(environment, logs.all());
            FolderJournal journal = environment.journal();
            if (journal != null) {
                journal.close(isWorking());
            }
            if (isWorking()) {
                Files files = environment.files();
                environment.checkpoints().close();
                files.replace(folder.resolve(CleanShutdownMark.FILE), CleanShutdownMark.encode(brokerEpoch));
            }
        } catch (IOException trouble) {
            LOG.error("The data folder {} was not closed cleanly; the next start recovers it", folder, trouble);
        } finally {
            logs.all().forEach(log -> log.closer().abandon());
            letGo(folder);
        }
    }

    private boolean isWorking() {
        return environment.health().failure() == null;
    }

    private void letGo(Path folder) {
        try (lock) {
            environment.volume().close();
        } catch (IOException trouble) {
            LOG.warn("Cannot let the lock of {} go", folder, trouble);
        }
    }
}
