package dev.ottla.base;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The port to the file system: everything that a log or the metadata store does to a disk goes through here, so that tests can
 * tear, lose and refuse writes. Folder entries (create, rename, delete) are durable only after {@link #forceFolder}.
 */
public interface Files {
    /** Opens for reading and writing; creates the file when {@code create} and it is not there. */
    FileHandle open(Path file, boolean create) throws IOException;

    /** Opens for reading only. */
    FileHandle openReadOnly(Path file) throws IOException;

    /**
     * Opens an existing file for writes that go past the page cache where the file system can do that, and through it where it cannot
     * ({@link FileHandle#isDirect}). Each write's memory is direct, and its address, position and size are multiples of
     * {@link FileHandle#DIRECT_BLOCK_BYTES}. As with {@link #open}, a write is durable after {@link FileHandle#force}: the disk has a cache of its own.
     */
    FileHandle openDirect(Path file) throws IOException;

    boolean exists(Path path) throws IOException;

    boolean isFolder(Path path) throws IOException;

    long size(Path file) throws IOException;

    /**
     * The names in a folder, sorted.
     *
     * @throws java.nio.file.NotDirectoryException when it is a file
     */
    List<Path> list(Path folder) throws IOException;

    void createFolders(Path folder) throws IOException;

    /** Renames, replacing the target atomically; durable after {@link #forceFolder} of the parent. */
    void rename(Path from, Path to) throws IOException;

    /** Deletes a file or an empty folder; false when it was not there. */
    boolean deleteIfExists(Path path) throws IOException;

    /** Deletes a folder with all that is in it. */
    void deleteTree(Path folder) throws IOException;

    /** Makes creations, renames and deletions in a folder durable. */
    void forceFolder(Path folder) throws IOException;

    /**
     * A way to force all that is written to the volume of a folder from now on, in one go; null where there is none whose word can be trusted. Then files
     * and folders are forced one by one.
     */
    @Nullable
    VolumeForce openVolumeForce(Path folder) throws IOException;

    /** For fewer files to force than this {@link #openVolumeForce} is not worth its price: the first one that a process opens may take a tenth of a second of CPU. */
    int filesWorthAVolumeForce();

    byte[] readAll(Path file) throws IOException;

    /** Replaces a file's content so that a crash leaves the old or the new one: temp, force, rename, force of the folder. */
    void replace(Path file, byte[] content) throws IOException;

    /**
     * Takes a file (created when missing) for this process until the result is closed or the process ends; null when another
     * holder has it.
     */
    @Nullable
    Closeable tryLock(Path file) throws IOException;

    /** Bytes that may still be written to the volume of a path. */
    long usableBytes(Path path) throws IOException;

    /** Size in bytes of the volume of a path. */
    long totalBytes(Path path) throws IOException;

    /** Whether an error says that there is no room (ENOSPC or EDQUOT), by the words of strerror: Java gives no number. */
    static boolean isDiskFull(IOException trouble) {
        String message = String.valueOf(trouble.getMessage());
        return message.contains("No space left on device") || message.contains("Disk quota exceeded");
    }

    /** Whether an error says that the file system does not take what it was given (EINVAL), as some do with direct writes to files that they let be opened for them. */
    static boolean isInvalidArgument(IOException trouble) {
        return String.valueOf(trouble.getMessage()).contains("Invalid argument");
    }

    /** The machine's own disks. */
    static Files system() {
        return SystemFiles.INSTANCE;
    }
}
