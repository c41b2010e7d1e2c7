package dev.ottla.coordinator.event;

import dev.ottla.base.TopicId;
import java.util.Map;
import java.util.SortedMap;

/**
 * What a member has, and on its way to what.
 *
 * @param assigned each partition with the epoch it came in (KIP-1251)
 * @param revoking what the member was asked to give back and has not confirmed
 */
public record CurrentAssignment(
        int memberEpoch,
        int previousEpoch,
        State state,
        Map<TopicId, SortedMap<Integer, Integer>> assigned,
        Map<TopicId, SortedMap<Integer, Integer>> revoking) {
    /** Of a member that has only just come. */
    public static final CurrentAssignment NOTHING = new CurrentAssignment(0, -1, State.STABLE, Map.of(), Map.of());

    /** Where a member stands between what it has and what it should have. */
    public enum State {
        /** It has what its epoch gives it. */
        STABLE(0),
        /** It must give something back before it may go on. */
        UNREVOKED_PARTITIONS(1),
        /** It waits for others to give something back. */
        UNRELEASED_PARTITIONS(2),
        /** Written by a newer broker. */
        UNKNOWN(127);

        private final byte id;

        State(int id) {
            this.id = (byte) id;
        }

        public byte id() {
            return id;
        }

        static State of(byte id) {
            for (State state : values()) {
                if (state.id == id) {
                    return state;
                }
            }
            return UNKNOWN;
        }
    }
}
