package dev.ottla.coordinator.group;

/** What a group's timers wait for. */
public sealed interface GroupTimer {
    /** A member must show that it lives. */
    record Session(String groupId, String memberId) implements GroupTimer {}

    /** A classic rebalance stops waiting for members to join. */
    record Joining(String groupId) implements GroupTimer {}

    /** A classic rebalance stops waiting for members to fetch their assignment. */
    record Syncing(String groupId) implements GroupTimer {}

    /** A member of the consumer protocol gives back what it was asked to, in that epoch. */
    record Revoking(String groupId, String memberId, int memberEpoch) implements GroupTimer {}

    /** A member of the classic protocol in a group of the consumer protocol joins again, as it was told. */
    record Rejoining(String groupId, String memberId) implements GroupTimer {}

    /** Such a member has joined, and fetches its assignment. */
    record Fetching(String groupId, String memberId) implements GroupTimer {}

    /** A group of the consumer protocol may assign again. */
    record Assigning(String groupId) implements GroupTimer {}

    /** Offsets and groups that nobody needs any more are looked for. */
    record Expiry() implements GroupTimer {}
}
