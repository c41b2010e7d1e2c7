package dev.ottla.network;

import dev.ottla.base.FileSlice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a loop gathers what a connection sends with one write: sizes, small buffers, and copies of slices where copying is cheaper than to have
 * the kernel send them from their files. Empty between writes: what the socket does not take is gathered anew.
 */
final class ReplyStage {
    static final int SIZE_BYTES = 4;
    /** Enough for replies without records; a loop that never sends more takes no more memory. */
    private static final int FIRST_BYTES = 16 * 1024;
    /** Once something did not fit. Twice as much is not faster, a quarter costs a tenth more for each copied byte. */
    private static final int LARGEST_BYTES = 256 * 1024;
    /** Direct buffers up to this are copied: dearer than nothing, cheaper than a second buffer in the system call. */
    private static final int COPIED_BUFFER_BYTES = 8 * 1024;
    /** Slices up to this are copied: they leave together with what is before them, and the client is woken once. */
    private static final int COPIED_SLICE_BYTES = 16 * 1024;

    private ByteBuffer bytes = ByteBuffer.allocateDirect(FIRST_BYTES);
    private boolean wasFull;
    private @Nullable ByteBuffer large;

    /** What was gathered, from its position to its limit. */
    ByteBuffer bytes() {
        return bytes;
    }

    /** @param sameMachine whether the client is on it: then the kernel's own way costs more than copying, whatever the size */
    static boolean isCopied(FileSlice slice, boolean sameMachine) {
        return sameMachine || slice.sizeBytes() <= COPIED_SLICE_BYTES;
    }

    /**
     * Gathers what comes next of the replies that are complete, until something stands there that is sent from where it is.
     *
     * @param first has a reply, which comes first: what is sent of its size, which part comes next, and what is sent of that, when it is a slice
     * @param maxBytes at most so many
     * @return a large buffer that comes next, or null when something else does
     * @throws IOException when the first thing that comes cannot be read
     */
    @Nullable
    ByteBuffer gather(PendingExchange first, int sizeSent, int part, int sliceSent, int maxBytes, boolean sameMachine)
            throws IOException {
        if (wasFull && bytes.capacity() < LARGEST_BYTES) {
            bytes = ByteBuffer.allocateDirect(LARGEST_BYTES);
        }
        bytes.clear().limit(Math.min(bytes.capacity(), maxBytes));
        large = null;
        boolean whole = gatherReply(first.reply, sizeSent, part, sliceSent, sameMachine);
        for (PendingExchange at = first.next; at != null && whole; at = at.next) {
            whole = switch (at.state) {
                case REPLIED -> gatherReply(at.reply, 0, 0, 0, sameMachine);
                case SILENT -> true;
                case WORKING, CLOSING -> false;
            };
        }
        wasFull = bytes.position() == bytes.capacity();
        bytes.flip();
        return large;
    }

    /** Whether all of it had room here. */
    private boolean gatherReply(@Nullable Reply reply, int sizeSent, int firstPart, int sliceSent, boolean sameMachine)
            throws IOException {
        if (reply == null || !gatherSize(reply.sizeBytes(), sizeSent)) {
            return false;
        }
        List<Reply.Part> parts = reply.parts();
        for (int i = firstPart; i < parts.size(); i++) {
            boolean whole = switch (parts.get(i)) {
                case Reply.Bytes(ByteBuffer buffer) -> gatherBuffer(buffer);
                case Reply.Slice(FileSlice slice) ->
                    isCopied(slice, sameMachine) && gatherSlice(slice, i == firstPart ? sliceSent : 0);
            };
            if (!whole) {
                return false;
            }
        }
        return true;
    }

    private boolean gatherSize(long size, int sent) {
        int at = sent;
        for (; at < SIZE_BYTES && bytes.hasRemaining(); at++) {
            bytes.put((byte) (size >>> (8 * (SIZE_BYTES - 1 - at))));
        }
        return at == SIZE_BYTES;
    }

    private boolean gatherBuffer(ByteBuffer buffer) {
        if (buffer.isDirect() && buffer.remaining() > COPIED_BUFFER_BYTES) {
            large = buffer;
            return false;
        }
        int count = Math.min(buffer.remaining(), bytes.remaining());
        bytes.put(bytes.position(), buffer, buffer.position(), count).position(bytes.position() + count);
        return count == buffer.remaining();
    }

    private boolean gatherSlice(FileSlice slice, int from) throws IOException {
        int begin = bytes.position();
        int limit = bytes.limit();
        int left = slice.sizeBytes() - from;
        int count = Math.min(left, limit - begin);
        if (count == 0) {
            return left == 0;
        }
        try {
            slice.copyTo(from, bytes.limit(begin + count));
            if (bytes.hasRemaining()) {
                throw new IOException("A file slice copied " + bytes.remaining() + " bytes less than it has");
            }
        } catch (IOException failure) {
            if (begin == 0) {
                throw failure;
            }
            // What comes before it is sent first: it may be another request's answer.
            bytes.position(begin);
            return false;
        } finally {
            bytes.limit(limit);
        }
        return count == left;
    }
}
