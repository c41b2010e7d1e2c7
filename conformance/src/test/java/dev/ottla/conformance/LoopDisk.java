package dev.ottla.conformance;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;

/**
 * A disk of its own in a file: ext4 on a loop device, whose power can be cut. Linux only, and only for root where mounting is allowed.
 *
 * <p>The cut is ext4's shutdown ioctl without a flush of its journal: what was not forced is gone after the next mount, un-forced renames
 * and files too, and until then every access fails with EIO. The mount's commit interval is long, so that nothing is saved by the way.
 */
final class LoopDisk implements AutoCloseable {
    private static final String PREFIX = "ottla-loop-disk-";
    private static final int EXT4_IOC_SHUTDOWN = 0x8004587D;
    private static final int NO_LOG_FLUSH = 2;
    private static final int O_RDONLY = 0;
    private static final String MOUNT_OPTIONS = "loop,commit=300";

    private final Path scratch;
    private final Path image;
    private final Path mount;
    private final Thread atExit = new Thread(this::abandon);
    private final AtomicBoolean mounted = new AtomicBoolean();

    private LoopDisk(Path scratch) {
        this.scratch = scratch;
        this.image = scratch.resolve("image");
        this.mount = scratch.resolve("disk");
    }

    /** An empty disk, mounted; the image file is sparse and goes with it. */
    static LoopDisk create(int mebibytes) {
        try {
            LoopDisk disk = new LoopDisk(
                    Files.createTempDirectory(PREFIX + ProcessHandle.current().pid() + "-"));
            try (RandomAccessFile file = new RandomAccessFile(disk.image.toFile(), "rw")) {
                file.setLength(mebibytes * 1048576L);
            }
            Files.createDirectory(disk.mount);
            Command.run("mkfs.ext4", "-q", "-F", disk.image.toString()).ok();
            Runtime.getRuntime().addShutdownHook(disk.atExit);
            disk.mount();
            return disk;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Why this machine cannot do it, found by doing it once on a small disk; empty when it can. */
    static Optional<String> whyNot() {
        try (LoopDisk disk = create(16)) {
            Path file = disk.root().resolve("not-forced");
            Files.writeString(file, "gone after the cut");
            disk.cutPower();
            disk.remount();
            return Files.exists(file) && Files.size(file) > 0
                    ? Optional.of("what was not forced is still there after a cut")
                    : Optional.empty();
        } catch (AssertionError | UncheckedIOException | IOException trouble) {
            return Optional.of(String.valueOf(trouble.getMessage()).strip());
        }
    }

    /** Its top folder. */
    Path root() {
        return mount;
    }

    /** The folder of the image and the mount point, on the machine's own disk: it outlives cuts. */
    Path outside() {
        return scratch;
    }

    /** From now on everything fails, as on a disk that has gone; what was not forced is lost. Stop the writers first. */
    void cutPower() {
        shutDown(mount, NO_LOG_FLUSH);
    }

    /** The disk after the power is back. Nobody may have it open. */
    void remount() {
        unmount();
        mount();
    }

    /** As {@link #remount}, with a copy of the image as the cut left it. */
    void remountKeeping(Path copy) {
        unmount();
        Command.run("cp", "--sparse=always", image.toString(), copy.toString()).ok();
        mount();
    }

    private void mount() {
        Command.run("mount", "-o", MOUNT_OPTIONS, image.toString(), mount.toString())
                .ok();
        mounted.set(true);
    }

    private void unmount() {
        if (!mounted.get()) {
            return;
        }
        // A process that was just killed may hold it a moment longer.
        Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(20))
                .until(() -> Command.run("umount", mount.toString()).exitCode() == 0);
        mounted.set(false);
    }

    @Override
    public void close() {
        unmount();
        Runtime.getRuntime().removeShutdownHook(atExit);
        Folders.deleteTree(scratch);
    }

    /** The run is interrupted: nothing that it started may hold the disk. */
    private void abandon() {
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        unmount();
        Folders.deleteTree(scratch);
    }

    // "restricted": calling C is what this is for, and the build's JVM allows it.
    @SuppressWarnings("restricted")
    private static void shutDown(Path folder, int flag) {
        Linker linker = Linker.nativeLinker();
        MethodHandle open = linker.downcallHandle(
                linker.defaultLookup().find("open").orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
                Linker.Option.firstVariadicArg(2));
        MethodHandle ioctl = linker.downcallHandle(
                linker.defaultLookup().find("ioctl").orElseThrow(),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
                Linker.Option.firstVariadicArg(2));
        MethodHandle close = linker.downcallHandle(
                linker.defaultLookup().find("close").orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment argument = arena.allocateFrom(ValueLayout.JAVA_INT, flag);
            int fd = (int) open.invokeExact(arena.allocateFrom(folder.toString()), O_RDONLY);
            int result = (int) ioctl.invokeExact(fd, EXT4_IOC_SHUTDOWN & 0xFFFF_FFFFL, argument);
            int closed = (int) close.invokeExact(fd);
            if (fd < 0 || result != 0 || closed != 0) {
                throw new AssertionError(
                        "the shutdown ioctl on " + folder + " failed: open " + fd + ", ioctl " + result);
            }
        } catch (AssertionError failed) {
            throw failed;
        } catch (Throwable unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }

    /** Mounts of earlier runs whose process was killed before it could clean up. */
    static List<String> leftBehind() {
        try (var lines = Files.lines(Path.of("/proc/mounts"))) {
            return lines.map(line -> line.split(" ", -1)[1])
                    .filter(path -> path.contains("/" + PREFIX))
                    .filter(path -> isOfADeadProcess(path.substring(path.indexOf("/" + PREFIX) + PREFIX.length() + 1)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Unmounts and deletes what {@link #leftBehind} found. */
    static void cleanUpAfterDeadRuns() {
        for (String mount : leftBehind()) {
            Command.run("umount", mount).ok();
            Folders.deleteTree(Path.of(mount).getParent());
        }
    }

    private static boolean isOfADeadProcess(String pidAndRest) {
        long pid = Long.parseLong(pidAndRest.substring(0, pidAndRest.indexOf('-')));
        return ProcessHandle.of(pid).isEmpty();
    }
}
