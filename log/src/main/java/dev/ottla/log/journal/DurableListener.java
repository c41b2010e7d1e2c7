package dev.ottla.log.journal;

/** Told on the journal's thread, after the force, and once per group and stream; must not block. */
@FunctionalInterface
public interface DurableListener {
    /**
     * @param endOffset the end offset given with the stream's last entry in the group
     * @param lsn that entry's LSN: it and all before it are durable
     */
    void durable(long endOffset, long lsn);
}
