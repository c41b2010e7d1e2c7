package dev.ottla.base;

/**
 * The identity for life of a data folder (KIP-858): {@code directory.id} in its {@code meta.properties}, in the text form of a
 * {@link TopicId}. What a partition's metadata name is this and not a path, so that a folder may be mounted elsewhere, and an empty one
 * in its place is not taken for it.
 */
public record DirectoryId(long mostSignificantBits, long leastSignificantBits) {
    /** Nobody has said yet which folder it is. */
    public static final DirectoryId UNASSIGNED = new DirectoryId(0, 0);

    /** A folder that nobody can name, because it could not be looked at. */
    public static final DirectoryId LOST = new DirectoryId(0, 1);

    /** A fresh random id. */
    public static DirectoryId random(RandomSource random) {
        return of(TopicId.random(random));
    }

    /**
     * Reads the base64 text.
     *
     * @throws IllegalArgumentException when it is not base64 of 16 bytes, or one of the two reserved ids
     */
    public static DirectoryId parse(String text) {
        DirectoryId id = of(TopicId.parse(text));
        if (!id.isNamed()) {
            throw new IllegalArgumentException("Directory id " + text + " is reserved");
        }
        return id;
    }

    private static DirectoryId of(TopicId id) {
        return new DirectoryId(id.mostSignificantBits(), id.leastSignificantBits());
    }

    /** Whether it is a folder's, not {@link #UNASSIGNED} or {@link #LOST}. */
    public boolean isNamed() {
        return !equals(UNASSIGNED) && !equals(LOST);
    }

    @Override
    public String toString() {
        return new TopicId(mostSignificantBits, leastSignificantBits).toString();
    }
}
