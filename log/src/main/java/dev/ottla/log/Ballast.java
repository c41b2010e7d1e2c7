package dev.ottla.log;

import dev.ottla.base.FileHandle;
import dev.ottla.base.Files;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is only there to be thrown overboard. What gives room back (deleting records, segments, topics, journal files) must write a little
 * first; on a disk that somebody else has filled to the last byte it could not, and no room would ever come.
 */
final class Ballast {
    /** Enough for the checkpoints and recovery points of some ten thousand partitions. */
    static final int BYTES = 1 << 20;

    static final String FILE = "ottla-ballast";

    private static final Logger LOG = LoggerFactory.getLogger(Ballast.class);
    private static final int PIECE_BYTES = 64 << 10;

    private final Files files;
    private final Path file;
    private final LongSupplier random;

    interface Work {
        void run() throws IOException;
    }

    /** @param random its content, so that no file system makes it smaller */
    Ballast(Files files, Path folder, LongSupplier random) {
        this.files = files;
        this.file = folder.resolve(FILE);
        this.random = random;
    }

    /** Does what gives room back; once more without the ballast when the disk is full. It may be begun anew. */
    void retried(Work work) throws IOException {
        try {
            work.run();
        } catch (IOException trouble) {
            if (!FolderHealth.isDiskFull(trouble) || !giveUp()) {
                throw trouble;
            }
            work.run();
        }
    }

    private synchronized boolean giveUp() throws IOException {
        boolean given = files.deleteIfExists(file);
        if (given) {
            LOG.warn("The disk is full: {} is given up, so that what gives room back can be done", file);
        }
        return given;
    }

    /** Makes it again, when it is gone and there is room for it. */
    synchronized void restore(long usableBytes) throws IOException {
        if (usableBytes < LogEnvironment.RESERVE_BYTES + BYTES || (files.exists(file) && files.size(file) == BYTES)) {
            return;
        }
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        while (piece.hasRemaining()) {
            piece.putLong(random.getAsLong());
        }
        try (FileHandle handle = files.open(file, true)) {
            for (int at = 0; at < BYTES; at += PIECE_BYTES) {
                handle.write(piece.clear(), at);
            }
            Forces.force(handle);
        } catch (IOException trouble) {
            if (!FolderHealth.isDiskFull(trouble)) {
                throw trouble;
            }
            files.deleteIfExists(file);
        }
    }
}
