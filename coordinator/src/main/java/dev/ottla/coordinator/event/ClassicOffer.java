package dev.ottla.coordinator.event;

import java.util.Arrays;

/**
 * An assignor that a member of the classic protocol can work with.
 *
 * @param metadata what the member tells the leader under it
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content
public record ClassicOffer(String name, byte[] metadata) {
    @Override
    public boolean equals(Object other) {
        return other instanceof ClassicOffer(String otherName, byte[] otherMetadata)
                && name.equals(otherName)
                && Arrays.equals(metadata, otherMetadata);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + Arrays.hashCode(metadata);
    }

    @Override
    public String toString() {
        return name + "[" + metadata.length + " bytes]";
    }
}
