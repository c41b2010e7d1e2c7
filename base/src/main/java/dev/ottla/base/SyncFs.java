package dev.ottla.base;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Linux's syncfs(2). Its errors are those since the descriptor was opened, so it is opened before anything is written and kept. It tells of failed
 * writes of data since Linux 5.8 and of a failed commit of the file system since 5.17; before, and on file systems not named here, it is not used.
 */
final class SyncFs implements VolumeForce {
    private static final Set<String> FILE_SYSTEMS = Set.of("ext4", "xfs", "btrfs");
    private static final int LEAST_MAJOR = 5;
    private static final int LEAST_MINOR = 17;
    private static final Pattern RELEASE = Pattern.compile("(\\d{1,4})\\.(\\d{1,4}).*");

    /** While this many bytes wait to be written for each file, forces of single files are done as soon, and hold nobody up. */
    private static final long DIRTY_BYTES_A_FORCE = 256 << 10;

    static final int LEAST_FORCES = 32;

    /** So many files are forced one by one, several at a time, about as soon as the JVM links the calls. */
    static final int FILES_WORTH_LINKING = 256;

    private static final Path MEMORY = Path.of("/proc/meminfo");
    private static final Pattern DIRTY = Pattern.compile("(?:Dirty|Writeback):\\s+(\\d+) kB");

    /** The same number on every Linux that a JDK 25 runs on. */
    private static final int O_RDONLY_CLOEXEC = 0x80000;

    private final int descriptor;
    private boolean closed;

    private SyncFs(int descriptor) {
        this.descriptor = descriptor;
    }

    /** Null where it is not to be had. */
    static @Nullable SyncFs open(Path folder) throws IOException {
        String type = Files.getFileStore(folder).type();
        boolean permitted = SyncFs.class.getModule().isNativeAccessEnabled();
        if (!permitted || !FILE_SYSTEMS.contains(type) || !isTold(System.getProperty("os.version", ""))) {
            return null;
        }
        Calls calls = Calls.FOUND;
        return calls == null ? null : new SyncFs(calls.open(folder));
    }

    /** Whether a kernel of this release tells of every failed write. */
    static boolean isTold(String release) {
        Matcher numbers = RELEASE.matcher(release);
        if (!isLinux() || !numbers.matches()) {
            return false;
        }
        int major = Integer.parseInt(numbers.group(1));
        int minor = Integer.parseInt(numbers.group(2));
        return major > LEAST_MAJOR || (major == LEAST_MAJOR && minor >= LEAST_MINOR);
    }

    private static boolean isLinux() {
        return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).equals("linux");
    }

    @Override
    public synchronized void force() throws IOException {
        Calls calls = Calls.FOUND;
        if (closed || calls == null) {
            throw new IOException("The volume's descriptor is closed");
        }
        calls.syncfs(descriptor);
    }

    @Override
    public boolean isWorthwhile(int forces) {
        try {
            return forces >= LEAST_FORCES && dirtyBytes(Files.readString(MEMORY)) <= forces * DIRTY_BYTES_A_FORCE;
        } catch (IOException unknown) {
            return false;
        }
    }

    static long dirtyBytes(String memory) {
        return DIRTY.matcher(memory)
                .results()
                .mapToLong(found -> Long.parseLong(found.group(1)) << 10)
                .sum();
    }

    @Override
    public synchronized void close() throws IOException {
        Calls calls = Calls.FOUND;
        if (!closed && calls != null) {
            closed = true;
            calls.close(descriptor);
        }
    }

    private record Calls(MethodHandle open, MethodHandle syncfs, MethodHandle close) {
        static final @Nullable Calls FOUND = find();

        private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
        private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

        // Native access was asked for before: see open().
        @SuppressWarnings("restricted")
        private static @Nullable Calls find() {
            Linker linker = Linker.nativeLinker();
            SymbolLookup names = linker.defaultLookup();
            Optional<MemorySegment> open = names.find("open");
            Optional<MemorySegment> syncfs = names.find("syncfs");
            Optional<MemorySegment> close = names.find("close");
            if (open.isEmpty() || syncfs.isEmpty() || close.isEmpty()) {
                return null;
            }
            Linker.Option errno = Linker.Option.captureCallState("errno");
            FunctionDescriptor ofPath =
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
            FunctionDescriptor ofDescriptor = FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
            return new Calls(
                    linker.downcallHandle(open.get(), ofPath, errno, Linker.Option.firstVariadicArg(2)),
                    linker.downcallHandle(syncfs.get(), ofDescriptor, errno),
                    linker.downcallHandle(close.get(), ofDescriptor, errno));
        }

        int open(Path folder) throws IOException {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment path = arena.allocateFrom(folder.toAbsolutePath().toString());
                MemorySegment state = arena.allocate(STATE);
                return checked("open", state, (int) open.invokeExact(state, path, O_RDONLY_CLOEXEC));
            } catch (Throwable trouble) {
                throw asIo(trouble);
            }
        }

        void syncfs(int descriptor) throws IOException {
            call("syncfs", syncfs, descriptor);
        }

        void close(int descriptor) throws IOException {
            call("close", close, descriptor);
        }

        private static void call(String name, MethodHandle handle, int descriptor) throws IOException {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment state = arena.allocate(STATE);
                checked(name, state, (int) handle.invokeExact(state, descriptor));
            } catch (Throwable trouble) {
                throw asIo(trouble);
            }
        }

        private static int checked(String name, MemorySegment state, int result) throws IOException {
            if (result < 0) {
                throw new IOException(name + " failed with errno " + (int) ERRNO.get(state, 0L));
            }
            return result;
        }

        private static IOException asIo(Throwable trouble) {
            return switch (trouble) {
                case IOException io -> io;
                case Error error -> throw error;
                default -> new IOException(trouble);
            };
        }
    }
}
