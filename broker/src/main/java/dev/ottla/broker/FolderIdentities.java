package dev.ottla.broker;

import dev.ottla.base.DirectoryId;
import dev.ottla.base.Files;
import dev.ottla.base.RandomSource;
import dev.ottla.base.TopicId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who this node is, from the data folders and the one with the metadata: what they say, or new ids where nothing was. All that can be read
 * must agree, with each other and with the settings, so that no broker takes another one's data for its own.
 *
 * @param directoryIds by folder; none for a folder that could not be read
 * @param failures why a folder could not be read, by folder
 * @param usedBefore the first folder that was used before; null when all are new
 */
record FolderIdentities(
        String clusterId,
        int nodeId,
        Map<Path, DirectoryId> directoryIds,
        Map<Path, String> failures,
        @Nullable Path usedBefore) {
    static final int DEFAULT_NODE_ID = 1;

    private static final Logger LOG = LoggerFactory.getLogger(FolderIdentities.class);

    FolderIdentities {
        directoryIds = Map.copyOf(directoryIds);
        failures = Map.copyOf(failures);
    }

    /**
     * Reads the folders' files, creating folders that are missing; no file is written yet.
     *
     * @param metadataFolder must be readable; one of the data folders or not
     * @throws FolderConflictException when they contradict each other or the settings
     * @throws IOException when the metadata's folder or all data folders cannot be read
     */
    static FolderIdentities read(
            Files files, Path metadataFolder, List<Path> dataFolders, OptionalInt configuredNodeId, RandomSource random)
            throws IOException {
        Set<Path> folders = new LinkedHashSet<>(dataFolders);
        folders.add(metadataFolder);
        Map<Path, @Nullable MetaProperties> found = new LinkedHashMap<>();
        Map<Path, String> failures = new LinkedHashMap<>();
        for (Path folder : folders) {
            try {
                files.createFolders(folder);
                files.list(folder);
                found.put(folder, MetaProperties.read(files, folder, newId(random)));
            } catch (FolderConflictException refused) {
                throw refused;
            } catch (IOException trouble) {
                if (folder.equals(metadataFolder)) {
                    throw new IOException("The folder of the metadata cannot be used: " + trouble, trouble);
                }
                LOG.error("Data folder {} cannot be used, its partitions are offline", folder, trouble);
                failures.put(folder, trouble.toString());
            }
        }
        if (failures.keySet().containsAll(dataFolders)) {
            throw new IOException("No data folder can be used: " + failures);
        }
        return agreed(found, failures, configuredNodeId, random);
    }

    private static FolderIdentities agreed(
            Map<Path, @Nullable MetaProperties> found,
            Map<Path, String> failures,
            OptionalInt configuredNodeId,
            RandomSource random)
            throws FolderConflictException {
        Path firstFolder = null;
        MetaProperties first = null;
        Map<DirectoryId, Path> owners = new LinkedHashMap<>();
        Map<Path, DirectoryId> ids = new LinkedHashMap<>();
        for (Map.Entry<Path, @Nullable MetaProperties> entry : found.entrySet()) {
            Path folder = entry.getKey();
            MetaProperties properties = entry.getValue();
            if (properties != null) {
                check(folder, properties, first, configuredNodeId);
                firstFolder = first == null ? folder : firstFolder;
                first = first == null ? properties : first;
            }
            DirectoryId id = properties != null ? properties.directory(folder) : DirectoryId.random(random);
            Path other = owners.put(id, folder);
            if (other != null) {
                throw new FolderConflictException(
                        other + " and " + folder + " have the same directory.id " + id + " (" + MetaProperties.FILE_NAME
                                + "): one is a copy of the other; only one of them can be in log.dirs");
            }
            ids.put(folder, id);
        }
        return new FolderIdentities(
                first != null ? first.clusterId() : newId(random),
                first != null ? first.nodeId() : configuredNodeId.orElse(DEFAULT_NODE_ID),
                ids,
                failures,
                firstFolder);
    }

    /** The id of a folder that could be read. */
    DirectoryId idOf(Path folder) {
        DirectoryId id = directoryIds.get(folder);
        if (id == null) {
            throw new IllegalStateException("Folder " + folder + " has no identity");
        }
        return id;
    }

    /**
     * Writes a folder's file, unless it says all this already; the folder must be this process's.
     *
     * @throws FolderConflictException when somebody else wrote another one since it was read
     */
    void write(Files files, Path folder) throws IOException {
        MetaProperties wanted =
                new MetaProperties(clusterId, nodeId, idOf(folder).toString());
        MetaProperties there = MetaProperties.read(files, folder, "");
        if (there != null && (!there.clusterId().equals(clusterId) || there.nodeId() != nodeId)) {
            throw new FolderConflictException("Another broker has taken data folder " + folder + " meanwhile");
        }
        if (!wanted.equals(there)) {
            wanted.write(files, folder);
        }
    }

    private static void check(
            Path folder, MetaProperties properties, @Nullable MetaProperties first, OptionalInt configuredNodeId)
            throws FolderConflictException {
        if (configuredNodeId.isPresent() && configuredNodeId.getAsInt() != properties.nodeId()) {
            throw new FolderConflictException("node.id is set to " + configuredNodeId.getAsInt() + ", but the data in "
                    + folder + " belongs to node " + properties.nodeId() + " (" + MetaProperties.FILE_NAME
                    + "); set node.id=" + properties.nodeId() + " or choose another data folder");
        }
        if (first != null && !first.clusterId().equals(properties.clusterId())) {
            throw new FolderConflictException("The data in " + folder + " belongs to cluster " + properties.clusterId()
                    + ", that in the other data folders to cluster " + first.clusterId());
        }
        if (first != null && first.nodeId() != properties.nodeId()) {
            throw new FolderConflictException("The data in " + folder + " belongs to node " + properties.nodeId()
                    + ", that in the other data folders to node " + first.nodeId());
        }
    }

    private static String newId(RandomSource random) {
        return TopicId.random(random).toString();
    }
}
