package dev.ottla.base;

import java.io.IOException;
import java.lang.foreign.SegmentAllocator;
import java.nio.ByteBuffer;

/** A piece of a file in memory that moves on through it: read in large pieces, and no byte twice while the positions only grow. */
public final class FileWindow {
    private final SegmentAllocator allocator;
    private ByteBuffer memory;
    private final FileHandle handle;
    private final long endPosition;
    private long begin;

    /**
     * @param allocator of memory outside the heap, into which the kernel copies at once; asked again when more is to be shown than fits
     * @param endPosition nothing is read from there on
     */
    public FileWindow(SegmentAllocator allocator, int bytes, FileHandle handle, long endPosition) {
        this.allocator = allocator;
        this.memory = allocate(bytes).limit(0);
        this.handle = handle;
        this.endPosition = endPosition;
    }

    private ByteBuffer allocate(int bytes) {
        return allocator.allocate(bytes).asByteBuffer();
    }

    /** Has so many bytes from the position on in {@link #bytes}; false when the file or what may be read of it ends before. */
    public boolean show(long position, int bytes) throws IOException {
        if (!shows(position, bytes)) {
            fill(position, bytes);
        }
        return shows(position, bytes);
    }

    private boolean shows(long position, int bytes) {
        return position >= begin && position + bytes <= begin + memory.limit();
    }

    private void fill(long position, int bytes) throws IOException {
        ByteBuffer target = bytes > memory.capacity() ? allocate(larger(bytes)) : memory;
        int kept = 0;
        if (position >= begin && position < begin + memory.limit()) {
            int from = (int) (position - begin);
            kept = memory.limit() - from;
            target.put(0, memory, from, kept);
        }
        memory = target.clear();
        begin = position;
        memory.limit(Math.clamp(endPosition - position, kept, memory.capacity()))
                .position(kept);
        readFully();
    }

    /** All that is allocated on the way stays as long as the allocator's: twice the last, together. */
    private int larger(int bytes) {
        return Math.clamp(2L * memory.capacity(), bytes, Integer.MAX_VALUE);
    }

    private void readFully() throws IOException {
        try {
            while (memory.hasRemaining() && handle.read(memory, begin + memory.position()) >= 0) {
                // As far as the file goes.
            }
        } finally {
            memory.flip();
        }
    }

    /** The window; indexes into it are told by {@link #indexOf}, and good until something else is shown. */
    public ByteBuffer bytes() {
        return memory;
    }

    public int indexOf(long position) {
        return (int) (position - begin);
    }

    /** How many bytes from the position on are in the window. */
    public int shownFrom(long position) {
        return memory.limit() - indexOf(position);
    }
}
