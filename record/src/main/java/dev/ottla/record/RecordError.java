package dev.ottla.record;

/**
 * Why one record of a batch was refused (KIP-467).
 *
 * @param batchIndex the record's place in its batch, from 0
 * @param message as Apache Kafka words it
 */
public record RecordError(int batchIndex, String message) {}
