package dev.ottla.controller;

import dev.ottla.base.FileHandle;
import dev.ottla.base.Files;
import dev.ottla.base.VolumeForce;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The machine's files, which can be told to fail, to stop after so many steps, or to wait. */
final class FaultyFiles implements Files {
    /** Closed while it is held; closing the resource opens it, so that a failed test does not hang. */
    record Gate(CountDownLatch latch) implements AutoCloseable {
        void open() {
            latch.countDown();
        }

        @Override
        public void close() {
            open();
        }
    }

    /** What a step does before it is carried out. */
    private interface Step<T> {
        T run() throws IOException;
    }

    private final Files real = Files.system();
    private final AtomicInteger forces = new AtomicInteger();
    private final AtomicBoolean failForce = new AtomicBoolean();
    private volatile boolean full;
    private final AtomicInteger stepsLeft = new AtomicInteger(Integer.MAX_VALUE);
    private volatile CountDownLatch forceGate = new CountDownLatch(0);

    /** The next force of a file fails; those after it seem to work, as they do on a real disk that has lost something. */
    void failOneForce() {
        failForce.set(true);
    }

    /** From now on half of each write finds room, or there is room again. */
    void full(boolean isFull) {
        full = isFull;
    }

    /** After so many changes nothing more is changed: the process is dead. */
    void dieAfter(int steps) {
        stepsLeft.set(steps);
    }

    /** From now on forces wait until this gate is opened. */
    Gate holdForces() {
        CountDownLatch latch = new CountDownLatch(1);
        forceGate = latch;
        return new Gate(latch);
    }

    int forces() {
        return forces.get();
    }

    private <T> T change(Step<T> step) throws IOException {
        if (stepsLeft.getAndDecrement() <= 0) {
            throw new IOException("dead");
        }
        return step.run();
    }

    private void change(Function<Files, Step<Void>> step) throws IOException {
        change(step.apply(real));
    }

    @Override
    public FileHandle open(Path file, boolean create) throws IOException {
        return new Handle(create ? change(() -> real.open(file, true)) : real.open(file, false));
    }

    @Override
    public FileHandle openReadOnly(Path file) throws IOException {
        return real.openReadOnly(file);
    }

    @Override
    public FileHandle openDirect(Path file) throws IOException {
        return new Handle(real.openDirect(file));
    }

    @Override
    public boolean exists(Path path) throws IOException {
        return real.exists(path);
    }

    @Override
    public boolean isFolder(Path path) throws IOException {
        return real.isFolder(path);
    }

    @Override
    public long size(Path file) throws IOException {
        return real.size(file);
    }

    @Override
    public List<Path> list(Path folder) throws IOException {
        return real.list(folder);
    }

    @Override
    public void createFolders(Path folder) throws IOException {
        change(files -> () -> {
            files.createFolders(folder);
            return null;
        });
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        change(files -> () -> {
            files.rename(from, to);
            return null;
        });
    }

    @Override
    public boolean deleteIfExists(Path path) throws IOException {
        return change(() -> real.deleteIfExists(path));
    }

    @Override
    public void deleteTree(Path folder) throws IOException {
        change(files -> () -> {
            files.deleteTree(folder);
            return null;
        });
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        change(files -> () -> {
            files.forceFolder(folder);
            return null;
        });
    }

    @Override
    public @Nullable VolumeForce openVolumeForce(Path folder) throws IOException {
        return real.openVolumeForce(folder);
    }

    @Override
    public int filesWorthAVolumeForce() {
        return real.filesWorthAVolumeForce();
    }

    @Override
    public byte[] readAll(Path file) throws IOException {
        return real.readAll(file);
    }

    /** As the port says: temp, force, rename, force of the folder, each a step that can be the last. */
    @Override
    public void replace(Path file, byte[] content) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try (FileHandle handle = open(temporary, true)) {
            handle.write(ByteBuffer.wrap(content), 0);
            handle.force(true);
        }
        rename(temporary, file);
        forceFolder(file.getParent());
    }

    @Override
    public Closeable tryLock(Path file) throws IOException {
        return real.tryLock(file);
    }

    @Override
    public long usableBytes(Path path) throws IOException {
        return real.usableBytes(path);
    }

    @Override
    public long totalBytes(Path path) throws IOException {
        return real.totalBytes(path);
    }

    private final class Handle implements FileHandle {
        private final FileHandle handle;

        private Handle(FileHandle handle) {
            this.handle = handle;
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            change(files -> () -> {
                if (full) {
                    handle.write(source.slice(source.position(), source.remaining() / 2), position);
                    throw new IOException("No space left on device");
                }
                handle.write(source, position);
                return null;
            });
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
            change(files -> () -> {
                handle.truncate(sizeBytes);
                return null;
            });
        }

        @Override
        public void force(boolean metadata) throws IOException {
            forces.incrementAndGet();
            try {
                forceGate.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IOException(interrupted);
            }
            if (failForce.getAndSet(false)) {
                throw new IOException("EIO");
            }
            change(files -> () -> {
                handle.force(metadata);
                return null;
            });
        }

        @Override
        public void close() throws IOException {
            handle.close();
        }
    }
}
