package dev.ottla.broker;

import dev.ottla.base.DirectoryId;
import dev.ottla.base.Files;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code meta.properties} of a data folder, as Kafka's: which cluster and node it belongs to, and its own id. Its version is one that Apache Kafka
 * does not know, so that it refuses the folder: it would serve the segments without what only the journal has.
 *
 * @param directoryId base64 of 16 bytes, as a topic id
 */
record MetaProperties(String clusterId, int nodeId, String directoryId) {
    static final String FILE_NAME = "meta.properties";

    private static final String VERSION = "ottla-1";
    /** Kafka's, which earlier builds wrote too. */
    private static final String KAFKAS_VERSION = "1";

    /**
     * What a folder says; null when it is new.
     *
     * @param freshDirectoryId for a folder of before there were directory ids
     * @throws FolderConflictException when there is a file that cannot be understood
     * @throws IOException when it cannot be read
     */
    static @Nullable MetaProperties read(Files files, Path folder, String freshDirectoryId) throws IOException {
        Path file = folder.resolve(FILE_NAME);
        if (!files.exists(file)) {
            return null;
        }
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(new String(files.readAll(file), StandardCharsets.ISO_8859_1)));
        } catch (IllegalArgumentException e) {
            throw new FolderConflictException(file + " is damaged: " + e.getMessage(), e);
        }
        String version = required(properties, "version", file);
        if (!version.equals(VERSION) && !version.equals(KAFKAS_VERSION)) {
            throw new FolderConflictException(
                    file + " has version " + version + "; Ottla knows version " + VERSION + " only");
        }
        String nodeId = required(properties, "node.id", file);
        try {
            return new MetaProperties(
                    required(properties, "cluster.id", file),
                    Integer.parseInt(nodeId),
                    properties.getProperty("directory.id", freshDirectoryId).strip());
        } catch (NumberFormatException e) {
            throw new FolderConflictException(file + " is damaged: node.id is '" + nodeId + "', not a number", e);
        }
    }

    /** @throws FolderConflictException when it is no id that a folder can have */
    DirectoryId directory(Path folder) throws FolderConflictException {
        try {
            return DirectoryId.parse(directoryId);
        } catch (IllegalArgumentException e) {
            throw new FolderConflictException(
                    folder.resolve(FILE_NAME) + " is damaged: directory.id is '" + directoryId + "': " + e.getMessage(),
                    e);
        }
    }

    /** Writes the file so that a crash leaves the old one or this. */
    void write(Files files, Path folder) throws IOException {
        String text = """
                # Which cluster and node this folder belongs to. Do not edit.
                cluster.id=%s
                directory.id=%s
                node.id=%d
                version=%s
                """.formatted(clusterId, directoryId, nodeId, VERSION);
        files.replace(folder.resolve(FILE_NAME), text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String required(Properties properties, String name, Path file) throws FolderConflictException {
        String value = properties.getProperty(name);
        if (value == null || value.isBlank()) {
            throw new FolderConflictException(file + " has no " + name);
        }
        return value.strip();
    }
}
