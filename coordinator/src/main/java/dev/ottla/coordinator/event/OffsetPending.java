package dev.ottla.coordinator.event;

/** A producer sent an offset to its transaction (KIP-98): it counts once that is committed. */
public record OffsetPending(long producerId, OffsetCommitted offset) implements GroupEvent {
    @Override
    public String groupId() {
        return offset.groupId();
    }
}
