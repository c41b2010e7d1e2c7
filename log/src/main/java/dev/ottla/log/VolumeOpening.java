package dev.ottla.log;

import dev.ottla.base.ManyAtOnce;
import dev.ottla.base.OttlaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the volume of a data folder in use once it is about to have so many logs that this pays. */
final class VolumeOpening {
    private static final Logger LOG = LoggerFactory.getLogger(VolumeOpening.class);

    private final LogEnvironment environment;
    private final FolderLogs logs;

    VolumeOpening(LogEnvironment environment, FolderLogs logs) {
        this.environment = environment;
        this.logs = logs;
    }

    /** What the logs have that are there already was written before the volume is opened. */
    void openFor(int count) {
        FolderVolume volume = environment.volume();
        if (!volume.isWanted(count)) {
            return;
        }
        try {
            volume.relyAfter(() -> ManyAtOnce.forEach(
                    environment.settings().partitionsAtOnce(), logs.all(), VolumeOpening::forceLoaded));
        } catch (OttlaException told) {
            LOG.warn(
                    "The volume of {} is not forced as a whole yet, since a log could not be forced before",
                    environment.settings().folder(),
                    told);
        }
    }

    /** Also one that went offline while it was served: what was appended to it is forced later, with the others. */
    private static void forceLoaded(PartitionLog log) {
        if (!log.state().isLoaded()) {
            return;
        }
        try {
            log.flush();
        } catch (OttlaException trouble) {
            boolean deleted = log.state().closed;
            if (!deleted) {
                throw trouble;
            }
        }
    }
}
