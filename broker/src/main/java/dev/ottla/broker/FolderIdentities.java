package dev.ottla.broker;

import dev.ottla.base.Files;
import dev.ottla.base.RandomSource;
import dev.ottla.base.TopicId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Who this node is, from the data folders: what the first one says, or new ids in a new one. All folders must agree, with each other and with
 * the settings, so that no broker takes another one's data for its own.
 *
 * @param directoryIds one per folder, in order
 * @param isNew whether the first folder was never used before
 */
record FolderIdentities(String clusterId, int nodeId, List<String> directoryIds, boolean isNew) {
    static final int DEFAULT_NODE_ID = 1;

    /**
     * Reads the folders' files; nothing is written yet. Folders must be this process's already.
     *
     * @throws IOException also when they contradict each other or the settings
     */
    static FolderIdentities read(Files files, List<Path> folders, OptionalInt configuredNodeId, RandomSource random)
            throws IOException {
        List<@Nullable MetaProperties> found = new ArrayList<>();
        MetaProperties first = null;
        for (Path folder : folders) {
            MetaProperties properties = MetaProperties.read(files, folder, newId(random));
            found.add(properties);
            if (properties == null) {
                continue;
            }
            check(folder, properties, first, configuredNodeId);
            first = first == null ? properties : first;
        }
        String clusterId = first != null ? first.clusterId() : newId(random);
        int nodeId = first != null ? first.nodeId() : configuredNodeId.orElse(DEFAULT_NODE_ID);
        List<String> directoryIds = new ArrayList<>();
        for (int i = 0; i < folders.size(); i++) {
            MetaProperties properties = found.get(i);
            String directoryId = properties != null ? properties.directoryId() : newId(random);
            directoryIds.add(directoryId);
        }
        return new FolderIdentities(clusterId, nodeId, directoryIds, found.getFirst() == null);
    }

    /** Writes the files, where they do not say all this already. */
    void write(Files files, List<Path> folders) throws IOException {
        for (int i = 0; i < folders.size(); i++) {
            MetaProperties wanted = new MetaProperties(clusterId, nodeId, directoryIds.get(i));
            if (!wanted.equals(MetaProperties.read(files, folders.get(i), ""))) {
                wanted.write(files, folders.get(i));
            }
        }
    }

    private static void check(
            Path folder, MetaProperties properties, @Nullable MetaProperties first, OptionalInt configuredNodeId)
            throws IOException {
        if (configuredNodeId.isPresent() && configuredNodeId.getAsInt() != properties.nodeId()) {
            throw new IOException("node.id is set to " + configuredNodeId.getAsInt() + ", but the data in " + folder
                    + " belongs to node " + properties.nodeId() + " (" + MetaProperties.FILE_NAME
                    + "); set node.id=" + properties.nodeId() + " or choose another data folder");
        }
        if (first != null && !first.clusterId().equals(properties.clusterId())) {
            throw new IOException("The data in " + folder + " belongs to cluster " + properties.clusterId()
                    + ", that in the other data folders to cluster " + first.clusterId());
        }
        if (first != null && first.nodeId() != properties.nodeId()) {
            throw new IOException("The data in " + folder + " belongs to node " + properties.nodeId()
                    + ", that in the other data folders to node " + first.nodeId());
        }
    }

    private static String newId(RandomSource random) {
        return TopicId.random(random).toString();
    }
}
