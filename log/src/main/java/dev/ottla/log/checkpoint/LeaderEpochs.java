package dev.ottla.log.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which leader epoch began at which offset (KIP-101), immutable; both rise. Its file is Kafka's leader-epoch-checkpoint: version 0, count,
 * then {@code epoch startOffset}.
 */
public final class LeaderEpochs {
    public static final String FILE = "leader-epoch-checkpoint";
    public static final LeaderEpochs EMPTY = new LeaderEpochs(new int[0], new long[0]);

    /** The epoch of a batch that no leader has given one. Any other negative one is damage. */
    public static final int NONE = -1;

    private final int[] epochs;
    private final long[] starts;

    private LeaderEpochs(int[] epochs, long[] starts) {
        this.epochs = epochs;
        this.starts = starts;
    }

    /** -1 when there is none. */
    public int latest() {
        return epochs.length == 0 ? -1 : epochs[epochs.length - 1];
    }

    public int size() {
        return epochs.length;
    }

    /** With {@code epoch} beginning at {@code startOffset}; this one when the epoch is not new. An empty epoch before it gives way. */
    public LeaderEpochs assign(int epoch, long startOffset) {
        if (epoch <= latest() || epoch < 0) {
            return this;
        }
        int kept = epochs.length;
        while (kept > 0 && starts[kept - 1] >= startOffset) {
            kept--;
        }
        int[] newEpochs = Arrays.copyOf(epochs, kept + 1);
        long[] newStarts = Arrays.copyOf(starts, kept + 1);
        newEpochs[kept] = epoch;
        newStarts[kept] = startOffset;
        return new LeaderEpochs(newEpochs, newStarts);
    }

    /** Without the epochs that begin at or above {@code endOffset}. */
    public LeaderEpochs truncateFromEnd(long endOffset) {
        int kept = epochs.length;
        while (kept > 0 && starts[kept - 1] >= endOffset) {
            kept--;
        }
        return kept == epochs.length
                ? this
                : new LeaderEpochs(Arrays.copyOf(epochs, kept), Arrays.copyOf(starts, kept));
    }

    /** Without the epochs that lie wholly below {@code startOffset}; the one that covers it begins there. */
    public LeaderEpochs truncateFromStart(long startOffset) {
        int first = indexAt(startOffset);
        if (first < 0 || (first == 0 && starts[0] == startOffset)) {
            return this;
        }
        int[] newEpochs = Arrays.copyOfRange(epochs, first, epochs.length);
        long[] newStarts = Arrays.copyOfRange(starts, first, starts.length);
        newStarts[0] = startOffset;
        return new LeaderEpochs(newEpochs, newStarts);
    }

    /** The epoch of the record at {@code offset}; -1 when not known. */
    public int at(long offset) {
        int index = indexAt(offset);
        return index < 0 ? -1 : epochs[index];
    }

    private int indexAt(long offset) {
        int index = starts.length - 1;
        while (index >= 0 && starts[index] > offset) {
            index--;
        }
        return index;
    }

    /** The largest epoch that is not above {@code epoch}: its index for {@link #epoch} and {@link #end}; -1 when there is none. */
    public int floor(int epoch) {
        int index = epochs.length - 1;
        while (index >= 0 && epochs[index] > epoch) {
            index--;
        }
        return index;
    }

    public int epoch(int index) {
        return epochs[index];
    }

    public long start(int index) {
        return starts[index];
    }

    /** The first offset after the epoch at {@code index}. */
    public long end(int index, long logEndOffset) {
        return index == epochs.length - 1 ? logEndOffset : starts[index + 1];
    }

    public byte[] encode() {
        StringBuilder text = new StringBuilder("0\n").append(epochs.length).append('\n');
        for (int i = 0; i < epochs.length; i++) {
            text.append(epochs[i]).append(' ').append(starts[i]).append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** @throws IOException when malformed: rebuild it from the segments */
    public static LeaderEpochs decode(byte[] content) throws IOException {
        List<String> lines =
                TextLines.of(new String(content, StandardCharsets.UTF_8), FILE).entries();
        int[] epochs = new int[lines.size()];
        long[] starts = new long[lines.size()];
        for (int i = 0; i < epochs.length; i++) {
            String line = lines.get(i);
            String[] words = TextLines.words(line, 2, FILE);
            epochs[i] = (int) TextLines.number(words[0], line);
            starts[i] = TextLines.number(words[1], line);
            boolean first = i == 0;
            if (epochs[i] <= (first ? NONE : epochs[i - 1]) || (!first && starts[i] <= starts[i - 1])) {
                throw new IOException("Epochs out of order in the " + FILE + ": " + line);
            }
        }
        return epochs.length == 0 ? EMPTY : new LeaderEpochs(epochs, starts);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other == this
                || (other instanceof LeaderEpochs its
                        && Arrays.equals(epochs, its.epochs)
                        && Arrays.equals(starts, its.starts));
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(epochs) + Arrays.hashCode(starts);
    }

    @Override
    public String toString() {
        return Arrays.toString(epochs) + " at " + Arrays.toString(starts);
    }
}
