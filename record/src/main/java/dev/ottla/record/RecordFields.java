package dev.ottla.record;

/** What one record holds and where: positions count in the buffer that it was read from. */
final class RecordFields {
    int startAt;
    int endAt;
    long timestampDeltaMs;
    int offsetDelta;
    /** Where the key's size field begins. */
    int bodyAt;

    int keyAt;
    /** -1 when the key is null. */
    int keySize = -1;

    int valueAt;
    /** -1 when the value is null. */
    int valueSize = -1;

    int headersAt;
    int headerCount;
}
