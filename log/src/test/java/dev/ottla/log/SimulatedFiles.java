package dev.ottla.log;

import dev.ottla.base.FileHandle;
import dev.ottla.base.Files;
import dev.ottla.base.RandomSource;
import dev.ottla.base.VolumeForce;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A disk in memory that can lose what was not forced, tear writes, be full and fail. Content and folder entries are durable only when forced, as on a
 * real one. {@link #powerCut} leaves what a restart would find: of bytes written over others, each sector for itself.
 */
public final class SimulatedFiles implements Files {
    private static final int SECTOR_BYTES = 512;
    /** Smaller than real ones, as the files of tests are. */
    private static final int PAGE_BYTES = 512;

    /** Sees every change before it is made, and may end the machine there by throwing. */
    @FunctionalInterface
    public interface Step {
        void before(String change, Path path) throws IOException;
    }

    /** Its arrays are never written to: a change makes a new one. */
    private static final class Node {
        byte[] bytes = new byte[0];
        byte[] durable = new byte[0];
        /** A force failed: the pages count as clean from then on, and later forces do not write them (ATC'20, Rebello). */
        boolean forceLies;
        /** In which life of the process it was last written to. */
        int writtenIn;
    }

    private final Map<Path, Node> files = new TreeMap<>();
    private final Set<Path> folders = new TreeSet<>();
    private final Map<Path, Map<Path, Node>> durableEntries = new HashMap<>();
    /** Folders that are new or renamed, until their parent is forced: what they were called before, null for new ones. */
    private final Map<Path, Path> unforcedFolders = new TreeMap<>();

    private final Set<Path> locked = new HashSet<>();
    private int openHandles;
    private int generation;

    public long freeBytes = Long.MAX_VALUE;
    public Predicate<Path> failForce = path -> false;
    public Predicate<Path> failWrite = path -> false;
    public Predicate<Path> failRead = path -> false;
    /** Files may be opened for direct writes, but not written so. */
    public boolean refuseDirectWrites;

    /** Whether a power cut may leave holes in what was appended. */
    public boolean holes = true;

    public int forces;
    public int writes;
    public int volumeForces;
    /** How much of each file was read. */
    public final Map<Path, Long> readBytes = new TreeMap<>();

    public int volumesOpened;
    /** Runs when a volume is about to be opened. */
    public Runnable volumeOpening = () -> {};

    public boolean failVolumeClose;
    /** From how many forces on one of the whole volume is taken instead. */
    public int worthwhileForces = Integer.MAX_VALUE;
    /** What the disk says it has left. */
    public long usableBytes = 1L << 40;

    public Step step = (change, path) -> {};
    /** Told of each file that is opened. */
    public Consumer<Path> opening = path -> {};

    /** The same disk as a restart finds it after the process has gone: everything written is there, and durable. */
    public synchronized SimulatedFiles copy() {
        SimulatedFiles copy = new SimulatedFiles();
        files.forEach((path, node) -> {
            Node same = new Node();
            same.bytes = node.bytes.clone();
            same.durable = node.bytes.clone();
            copy.files.put(path, same);
        });
        copy.folders.addAll(folders);
        folders.forEach(copy::makeEntriesDurable);
        return copy;
    }

    public int openHandles() {
        return openHandles;
    }

    /** The machine stops and starts again: unforced bytes and entries survive or not, as chance has it. */
    public synchronized void powerCut(RandomSource random) {
        takeFoldersBack(() -> (random.nextLong() & 1) == 0);
        for (Path folder : folders) {
            if ((random.nextLong() & 1) == 0) {
                files.keySet().removeIf(path -> folder.equals(path.getParent()));
                files.putAll(durableEntries.getOrDefault(folder, Map.of()));
            }
        }
        for (Node node : files.values()) {
            node.bytes = afterCut(node, random);
            node.durable = node.bytes;
            node.forceLies = false;
        }
        killed();
    }

    private byte[] afterCut(Node node, RandomSource random) {
        if (Arrays.equals(node.bytes, node.durable) || (random.nextLong() & 3) == 0) {
            return node.bytes;
        }
        int same = 0;
        int common = Math.min(node.bytes.length, node.durable.length);
        while (same < common && node.bytes[same] == node.durable[same]) {
            same++;
        }
        if (same < node.durable.length) {
            return overwritten(node, random);
        }
        int survives = same + (int) Math.floorMod(random.nextLong(), node.bytes.length - same + 1L);
        byte[] left = Arrays.copyOf(node.bytes, survives);
        if (survives > same && (random.nextLong() & 1) == 0) {
            // The file's size made it to the disk, its last pages did not.
            int zeros = (int) Math.floorMod(random.nextLong(), survives - same + 1L);
            Arrays.fill(left, survives - zeros, survives, (byte) 0);
        } else if (holes && (random.nextLong() & 1) == 0) {
            // Pages reach the disk in any order: later ones did, one or the other before them did not.
            for (int at = (same + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES; at < survives; at += PAGE_BYTES) {
                if ((random.nextLong() & 1) == 0) {
                    Arrays.fill(left, at, Math.min(survives, at + PAGE_BYTES), (byte) 0);
                }
            }
        }
        return left;
    }

    /** The machine stops and starts again, and nothing that was not forced is there. */
    public synchronized void powerCutLosingAll() {
        takeFoldersBack(() -> true);
        for (Path folder : folders) {
            files.keySet().removeIf(path -> folder.equals(path.getParent()));
            files.putAll(durableEntries.getOrDefault(folder, Map.of()));
        }
        for (Node node : files.values()) {
            node.bytes = node.durable.clone();
            node.forceLies = false;
        }
        killed();
    }

    private void takeFoldersBack(BooleanSupplier lost) {
        for (Map.Entry<Path, Path> unforced : new TreeMap<>(unforcedFolders).entrySet()) {
            if (lost.getAsBoolean()) {
                if (unforced.getValue() == null) {
                    deleteTree(unforced.getKey());
                } else if (folders.contains(unforced.getKey())) {
                    moveFolder(unforced.getKey(), unforced.getValue());
                }
            }
        }
        unforcedFolders.clear();
    }

    /** Nothing of what was written, or any part of it in any order. */
    private static byte[] overwritten(Node node, RandomSource random) {
        byte[] left = node.durable.clone();
        if (left.length != node.bytes.length || (random.nextLong() & 3) == 0) {
            return left;
        }
        for (int at = 0; at < left.length; at += SECTOR_BYTES) {
            if ((random.nextLong() & 1) == 0) {
                System.arraycopy(node.bytes, at, left, at, Math.min(SECTOR_BYTES, left.length - at));
            }
        }
        return left;
    }

    /** What a restart would find of a file's content if nothing unforced survived. */
    public synchronized byte[] durableContent(Path path) {
        return files.get(path).durable;
    }

    /** The process is gone, the machine is not: everything written is there, every handle is dead. */
    public synchronized void killed() {
        generation++;
        locked.clear();
        openHandles = 0;
    }

    public synchronized byte[] content(Path path) {
        return files.get(path).bytes;
    }

    public synchronized void put(Path path, byte[] content) {
        Node node = files.get(path);
        node.bytes = content;
        node.durable = content.clone();
    }

    private synchronized Node node(Path path) throws IOException {
        Node node = files.get(path);
        if (node == null) {
            throw new NoSuchFileException(path.toString());
        }
        return node;
    }

    @Override
    public synchronized FileHandle open(Path file, boolean create) throws IOException {
        if (create && !files.containsKey(file)) {
            step.before("create", file);
            files.computeIfAbsent(file, any -> new Node());
        }
        openHandles++;
        opening.accept(file);
        return new Handle(file, node(file), false);
    }

    @Override
    public FileHandle openReadOnly(Path file) throws IOException {
        return open(file, false);
    }

    /** As any other, but what the port asks of direct writes is asserted. */
    @Override
    public synchronized FileHandle openDirect(Path file) throws IOException {
        openHandles++;
        return new Handle(file, node(file), true);
    }

    private static void assertAligned(ByteBuffer source, long position) {
        if (source.isDirect()
                && MemorySegment.ofBuffer(source).address() % FileHandle.DIRECT_BLOCK_BYTES == 0
                && position % FileHandle.DIRECT_BLOCK_BYTES == 0
                && source.remaining() % FileHandle.DIRECT_BLOCK_BYTES == 0) {
            return;
        }
        throw new AssertionError(
                "A direct write of " + source + " at position " + position + " begins or ends within a block");
    }

    @Override
    public synchronized boolean exists(Path path) {
        return files.containsKey(path) || folders.contains(path);
    }

    @Override
    public synchronized boolean isFolder(Path path) {
        return folders.contains(path);
    }

    @Override
    public long size(Path file) throws IOException {
        return node(file).bytes.length;
    }

    @Override
    public synchronized List<Path> list(Path folder) throws IOException {
        if (files.containsKey(folder)) {
            throw new NotDirectoryException(folder.toString());
        }
        List<Path> found = new ArrayList<>();
        files.keySet().stream().filter(path -> folder.equals(path.getParent())).forEach(found::add);
        folders.stream().filter(path -> folder.equals(path.getParent())).forEach(found::add);
        found.sort(null);
        return found;
    }

    @Override
    public synchronized void createFolders(Path folder) {
        for (Path path = folder; path != null && folders.add(path); path = path.getParent()) {
            Path parent = path.getParent();
            // The folders that a test begins with are there for good.
            if (parent != null && parent.getNameCount() > 0 && folders.contains(parent)) {
                unforcedFolders.put(path, null);
            }
        }
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        step.before("rename", from);
        if (folders.contains(from)) {
            Path durable = unforcedFolders.containsKey(from) ? unforcedFolders.remove(from) : from;
            moveFolder(from, to);
            unforcedFolders.put(to, durable);
            return;
        }
        Node node = node(from);
        files.remove(from);
        files.put(to, node);
    }

    private void moveFolder(Path from, Path to) {
        moveKeys(files, from, to);
        moveKeys(durableEntries, from, to);
        durableEntries.replaceAll((folder, entries) -> {
            Map<Path, Node> moved = new HashMap<>(entries);
            moveKeys(moved, from, to);
            return moved;
        });
        folders.remove(from);
        folders.add(to);
    }

    private static <T> void moveKeys(Map<Path, T> map, Path from, Path to) {
        for (Path path : List.copyOf(map.keySet())) {
            if (path.startsWith(from)) {
                map.put(to.resolve(from.relativize(path)), map.remove(path));
            }
        }
    }

    @Override
    public synchronized boolean deleteIfExists(Path path) throws IOException {
        step.before("delete", path);
        Node removed = files.remove(path);
        if (removed != null && freeBytes != Long.MAX_VALUE) {
            freeBytes += removed.bytes.length;
        }
        return removed != null || folders.remove(path);
    }

    @Override
    public synchronized void deleteTree(Path folder) {
        files.keySet().removeIf(path -> path.startsWith(folder));
        folders.removeIf(path -> path.startsWith(folder));
        durableEntries.keySet().removeIf(path -> path.startsWith(folder));
        unforcedFolders.keySet().removeIf(path -> path.startsWith(folder));
    }

    @Override
    public synchronized void forceFolder(Path folder) throws IOException {
        step.before("force", folder);
        if (failForce.test(folder)) {
            throw new IOException("Input/output error");
        }
        makeEntriesDurable(folder);
    }

    private void makeEntriesDurable(Path folder) {
        Map<Path, Node> entries = new HashMap<>();
        files.forEach((path, node) -> {
            if (folder.equals(path.getParent())) {
                entries.put(path, node);
            }
        });
        durableEntries.put(folder, entries);
        unforcedFolders.keySet().removeIf(path -> folder.equals(path.getParent()));
    }

    @Override
    public VolumeForce openVolumeForce(Path folder) {
        volumeOpening.run();
        volumesOpened++;
        return new Volume(folder);
    }

    @Override
    public int filesWorthAVolumeForce() {
        return worthwhileForces;
    }

    @Override
    public byte[] readAll(Path file) throws IOException {
        return node(file).bytes.clone();
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
        forceFolder(file.getParent());
    }

    @Override
    public synchronized Closeable tryLock(Path file) {
        if (!locked.add(file)) {
            return null;
        }
        return () -> locked.remove(file);
    }

    @Override
    public long usableBytes(Path path) {
        return usableBytes;
    }

    @Override
    public long totalBytes(Path path) {
        return 1L << 40;
    }

    private final class Volume implements VolumeForce {
        private final Path folder;
        /**
         * What this process had written before, by what of it was durable then: a failed write of it may go untold. What a killed process left may, too, but
         * is relied on (FolderVolume).
         */
        private final Map<Node, byte[]> untold = new HashMap<>();

        Volume(Path folder) {
            this.folder = folder;
            synchronized (SimulatedFiles.this) {
                for (Node node : files.values()) {
                    if (node.writtenIn == generation && !Arrays.equals(node.bytes, node.durable)) {
                        untold.put(node, node.durable);
                    }
                }
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (SimulatedFiles.this) {
                step.before("force", folder);
                boolean fails = failForce.test(folder);
                for (Node node : files.values()) {
                    node.forceLies |= fails && !Arrays.equals(node.bytes, node.durable);
                }
                if (fails) {
                    throw new IOException("Input/output error");
                }
                volumeForces++;
                for (Node node : files.values()) {
                    boolean lost = node.forceLies || isUntold(node);
                    node.durable = lost ? node.durable : node.bytes;
                }
                folders.forEach(SimulatedFiles.this::makeEntriesDurable);
            }
        }

        /** Whether it waits since before the opening: a force of its own would have made other bytes durable. */
        private boolean isUntold(Node node) {
            return untold.containsKey(node) && Arrays.equals(untold.get(node), node.durable);
        }

        @Override
        public boolean isWorthwhile(int forces) {
            return forces >= worthwhileForces;
        }

        @Override
        public void close() throws IOException {
            if (failVolumeClose) {
                throw new IOException("The volume cannot be closed");
            }
        }
    }

    private final class Handle implements FileHandle {
        private final Path path;
        private final Node node;
        private final boolean direct;
        private final int born = generation;
        private boolean closed;

        Handle(Path path, Node node, boolean direct) {
            this.path = path;
            this.node = node;
            this.direct = direct;
        }

        private void alive() throws IOException {
            if (closed || born != generation) {
                throw new IOException("The handle of " + path + " is closed");
            }
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            synchronized (SimulatedFiles.this) {
                alive();
                if (direct) {
                    assertAligned(source, position);
                    if (refuseDirectWrites) {
                        throw new IOException("Invalid argument");
                    }
                }
                step.before("write", path);
                writes++;
                int at = (int) position;
                int wanted = source.remaining();
                boolean broken = failWrite.test(path);
                int grows = Math.max(0, at + wanted - node.bytes.length);
                int missing = broken ? Math.max(1, wanted / 2) : (int) Math.max(0, grows - freeBytes);
                int count = Math.max(0, wanted - missing);
                int size = Math.max(node.bytes.length, at + count);
                freeBytes -= freeBytes == Long.MAX_VALUE ? 0 : size - node.bytes.length;
                byte[] bytes = Arrays.copyOf(node.bytes, size);
                source.get(bytes, at, count);
                node.bytes = bytes;
                node.writtenIn = generation;
                if (missing > 0) {
                    throw new IOException(broken ? "Input/output error" : "No space left on device");
                }
            }
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            synchronized (SimulatedFiles.this) {
                alive();
                if (failRead.test(path)) {
                    throw new IOException("Input/output error");
                }
                int left = node.bytes.length - (int) position;
                if (left <= 0) {
                    return -1;
                }
                int count = Math.min(left, target.remaining());
                target.put(node.bytes, (int) position, count);
                readBytes.merge(path, (long) count, Long::sum);
                return count;
            }
        }

        @Override
        public long transferTo(long position, long countBytes, WritableByteChannel target) throws IOException {
            byte[] bytes;
            synchronized (SimulatedFiles.this) {
                alive();
                bytes = node.bytes;
            }
            int count = (int) Math.min(countBytes, bytes.length - position);
            return count <= 0 ? 0 : target.write(ByteBuffer.wrap(bytes, (int) position, count));
        }

        @Override
        public long size() throws IOException {
            alive();
            return node.bytes.length;
        }

        @Override
        public void truncate(long sizeBytes) throws IOException {
            synchronized (SimulatedFiles.this) {
                alive();
                step.before("truncate", path);
                if (sizeBytes < node.bytes.length) {
                    freeBytes += freeBytes == Long.MAX_VALUE ? 0 : node.bytes.length - sizeBytes;
                    node.bytes = Arrays.copyOf(node.bytes, (int) sizeBytes);
                }
            }
        }

        @Override
        public void force(boolean metadata) throws IOException {
            synchronized (SimulatedFiles.this) {
                alive();
                step.before("force", path);
                if (failForce.test(path)) {
                    node.forceLies = true;
                    throw new IOException("Input/output error");
                }
                forces++;
                if (!node.forceLies) {
                    node.durable = node.bytes;
                }
            }
        }

        @Override
        public boolean isDirect() {
            return direct;
        }

        @Override
        public void close() {
            synchronized (SimulatedFiles.this) {
                if (!closed && born == generation) {
                    openHandles--;
                }
                closed = true;
            }
        }
    }
}
