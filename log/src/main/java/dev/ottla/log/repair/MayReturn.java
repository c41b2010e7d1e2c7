package dev.ottla.log.repair;

/**
 * Records that DeleteRecords may have removed, and a repair of the journal may bring back: whether it did is in entries that are lost.
 *
 * @param name as the partition's folder is called
 */
public record MayReturn(String name, OffsetRange offsets) {}
