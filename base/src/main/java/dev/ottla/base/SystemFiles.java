package dev.ottla.base;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

enum SystemFiles implements Files {
    INSTANCE;

    private static final int MOST_AT_ONCE_BYTES = 1 << 20;
    private static final @Nullable OpenOption DIRECT = DirectOption.find();

    @Override
    public FileHandle open(Path file, boolean create) throws IOException {
        FileChannel channel = create
                ? FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE)
                : FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        return new SystemFileHandle(channel);
    }

    @Override
    public FileHandle openReadOnly(Path file) throws IOException {
        return new SystemFileHandle(FileChannel.open(file, StandardOpenOption.READ));
    }

    @Override
    public FileHandle openDirect(Path file) throws IOException {
        FileChannel channel = tryDirect(file);
        return channel == null ? open(file, false) : new SystemFileHandle(channel, true);
    }

    private static @Nullable FileChannel tryDirect(Path file) throws IOException {
        try {
            long blockBytes = store(file).getBlockSize();
            if (DIRECT == null || blockBytes <= 0 || FileHandle.DIRECT_BLOCK_BYTES % blockBytes != 0) {
                return null;
            }
            return FileChannel.open(file, StandardOpenOption.WRITE, DIRECT);
        } catch (NoSuchFileException missing) {
            throw missing;
        } catch (FileSystemException | UnsupportedOperationException refused) {
            // EINVAL, in the words of strerror. Any other trouble shows again when it is opened the ordinary way.
            return null;
        }
    }

    @Override
    public boolean exists(Path path) {
        return java.nio.file.Files.exists(path);
    }

    @Override
    public boolean isFolder(Path path) {
        return java.nio.file.Files.isDirectory(path);
    }

    @Override
    public long size(Path file) throws IOException {
        return java.nio.file.Files.size(file);
    }

    @Override
    public List<Path> list(Path folder) throws IOException {
        List<Path> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = java.nio.file.Files.newDirectoryStream(folder)) {
            entries.forEach(names::add);
        } catch (DirectoryIteratorException trouble) {
            throw trouble.getCause();
        }
        names.sort(null);
        return names;
    }

    @Override
    public void createFolders(Path folder) throws IOException {
        java.nio.file.Files.createDirectories(folder);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        java.nio.file.Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public boolean deleteIfExists(Path path) throws IOException {
        return java.nio.file.Files.deleteIfExists(path);
    }

    @Override
    public void deleteTree(Path folder) throws IOException {
        if (!java.nio.file.Files.exists(folder)) {
            return;
        }
        java.nio.file.Files.walkFileTree(folder, new TreeDeleter());
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public @Nullable VolumeForce openVolumeForce(Path folder) throws IOException {
        return SyncFs.open(folder);
    }

    @Override
    public int filesWorthAVolumeForce() {
        return SyncFs.FILES_WORTH_LINKING;
    }

    @Override
    public byte[] readAll(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size > 0 && size <= MOST_AT_ONCE_BYTES) {
                ByteBuffer content = ByteBuffer.allocate((int) size);
                while (content.hasRemaining() && channel.read(content) >= 0) {
                    // Until all is read, or what it was cut to meanwhile.
                }
                return content.hasRemaining() ? Arrays.copyOf(content.array(), content.position()) : content.array();
            }
        }
        // Perhaps a pipe, which does not know its size.
        return java.nio.file.Files.readAllBytes(file);
    }

    @Override
    public void replace(Path file, byte[] content) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try (FileHandle handle = open(temporary, true)) {
            handle.truncate(0);
            handle.write(ByteBuffer.wrap(content), 0);
            handle.force(true);
        }
        rename(temporary, file);
        Path folder = file.getParent();
        if (folder != null) {
            forceFolder(folder);
        }
    }

    @Override
    public @Nullable Closeable tryLock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException heldHere) {
            // This very process holds it: the answer is the same as for another one.
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure;
        }
        channel.close();
        return null;
    }

    @Override
    public long usableBytes(Path path) throws IOException {
        // One system call; a FileStore reads the machine's whole list of mounts first. 0 may also mean an error, of
        // which only the other tells.
        long usable = path.toFile().getUsableSpace();
        return usable > 0 ? usable : store(path).getUsableSpace();
    }

    @Override
    public long totalBytes(Path path) throws IOException {
        return store(path).getTotalSpace();
    }

    private static FileStore store(Path path) throws IOException {
        return java.nio.file.Files.getFileStore(path);
    }

    private static final class TreeDeleter extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            java.nio.file.Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
            if (failure != null) {
                throw failure;
            }
            java.nio.file.Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
