package dev.ottla.log.inspect;

import dev.ottla.base.Files;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Files that are read whole: checkpoints, metadata, snapshots. Never more than a bound of them. */
public final class SmallFiles {
    /** Ten thousand partitions make a checkpoint of less than 3 MiB, 100,000 producers a snapshot of 22 MiB. */
    public static final int MAX_BYTES = 64 << 20;

    private SmallFiles() {}

    /** @throws IOException also when it is larger than {@link #MAX_BYTES} */
    public static byte[] bytes(Files files, Path path) throws IOException {
        try (LogFile file = LogFile.open(files, path)) {
            if (file.sizeBytes() > MAX_BYTES) {
                throw new IOException(path + " has " + file.sizeBytes() + " bytes, more than such a file can have");
            }
            ByteBuffer content = ByteBuffer.allocate((int) file.sizeBytes());
            file.read(content, 0);
            return content.array();
        }
    }

    /** Empty for an offset checkpoint that is not there, as a broker takes it. */
    static String text(Files files, Path path) throws IOException {
        return files.exists(path) ? new String(bytes(files, path), StandardCharsets.UTF_8) : "0\n0\n";
    }
}
