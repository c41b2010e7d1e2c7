package dev.ottla.log;

import dev.ottla.base.FileHandle;
import dev.ottla.base.Files;
import dev.ottla.base.VolumeForce;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A disk that does so many changes, and then no more. */
final class FailingChanges implements Files {
    private final Files disk;
    private int left;

    /** Nothing was done. */
    static final class PowerCut extends IOException {
        PowerCut() {
            super("The power is gone");
        }
    }

    FailingChanges(Files disk, int changes) {
        this.disk = disk;
        this.left = changes;
    }

    private void change() throws PowerCut {
        if (left-- <= 0) {
            throw new PowerCut();
        }
    }

    @Override
    public FileHandle open(Path file, boolean create) throws IOException {
        return new Handle(disk.open(file, create));
    }

    @Override
    public FileHandle openReadOnly(Path file) throws IOException {
        return disk.openReadOnly(file);
    }

    @Override
    public FileHandle openDirect(Path file) throws IOException {
        return new Handle(disk.openDirect(file));
    }

    @Override
    public boolean exists(Path path) throws IOException {
        return disk.exists(path);
    }

    @Override
    public boolean isFolder(Path path) throws IOException {
        return disk.isFolder(path);
    }

    @Override
    public long size(Path file) throws IOException {
        return disk.size(file);
    }

    @Override
    public List<Path> list(Path folder) throws IOException {
        return disk.list(folder);
    }

    @Override
    public void createFolders(Path folder) throws IOException {
        change();
        disk.createFolders(folder);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        change();
        disk.rename(from, to);
    }

    @Override
    public boolean deleteIfExists(Path path) throws IOException {
        change();
        return disk.deleteIfExists(path);
    }

    @Override
    public void deleteTree(Path folder) throws IOException {
        change();
        disk.deleteTree(folder);
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        change();
        disk.forceFolder(folder);
    }

    @Override
    public @Nullable VolumeForce openVolumeForce(Path folder) throws IOException {
        VolumeForce force = disk.openVolumeForce(folder);
        return force == null ? null : new Volume(force);
    }

    @Override
    public int filesWorthAVolumeForce() {
        return disk.filesWorthAVolumeForce();
    }

    @Override
    public byte[] readAll(Path file) throws IOException {
        return disk.readAll(file);
    }

    @Override
    public void replace(Path file, byte[] content) throws IOException {
        change();
        disk.replace(file, content);
    }

    @Override
    public @Nullable Closeable tryLock(Path file) throws IOException {
        return disk.tryLock(file);
    }

    @Override
    public long usableBytes(Path path) throws IOException {
        return disk.usableBytes(path);
    }

    @Override
    public long totalBytes(Path path) throws IOException {
        return disk.totalBytes(path);
    }

    private final class Volume implements VolumeForce {
        private final VolumeForce force;

        Volume(VolumeForce force) {
            this.force = force;
        }

        @Override
        public void force() throws IOException {
            change();
            force.force();
        }

        @Override
        public boolean isWorthwhile(int forces) {
            return force.isWorthwhile(forces);
        }

        @Override
        public void close() throws IOException {
            force.close();
        }
    }

    private final class Handle implements FileHandle {
        private final FileHandle handle;

        Handle(FileHandle handle) {
            this.handle = handle;
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            change();
            handle.write(source, position);
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return handle.read(target, position);
        }

        @Override
        public long transferTo(long position, long countBytes, WritableByteChannel target) throws IOException {
            return handle.transferTo(position, countBytes, target);
        }

        @Override
        public long size() throws IOException {
            return handle.size();
        }

        @Override
        public void truncate(long sizeBytes) throws IOException {
            change();
            handle.truncate(sizeBytes);
        }

        @Override
        public void force(boolean metadata) throws IOException {
            change();
            handle.force(metadata);
        }

        @Override
        public void close() throws IOException {
            handle.close();
        }
    }
}
