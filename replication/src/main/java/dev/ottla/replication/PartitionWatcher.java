package dev.ottla.replication;

/**
 * Somebody who waits for a partition. Called on whatever thread moved the partition, an event loop most of all: note it, hand over to
 * your own thread, return. May be called once more after {@link Partition#unwatch}.
 */
public interface PartitionWatcher {
    /** The high watermark has moved on by a batch of so many bytes. */
    void onProgress(Partition partition, int sizeBytes);

    /** Something else became of it: another leader or epoch, deleted, its disk failed. Look again. */
    void onChange(Partition partition);
}
