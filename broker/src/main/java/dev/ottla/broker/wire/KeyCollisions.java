package dev.ottla.broker.wire;

import java.util.Arrays;

/**
 * The generated classes keep keyed elements in a hash table with linear probing whose hash a client can work out and aim at. It
 * grows when the last element is added, by taking the elements out one by one, and each time moves up those behind it: a run of
 * n elements that share a slot costs n cubed, and 10,000 of them keep a core busy for many minutes. So the table is played through with
 * the hashes alone before it is built.
 */
final class KeyCollisions {
    /** Steps that building a table may take, some 0.1 s. A run of 430 takes them; names that end in a number, which run too, a third. */
    static final long MAX_STEPS = 40_000_000;

    private KeyCollisions() {}

    /** What {@link #check} and the hashes given to it allocate for a list of so many elements. */
    static long heapBytes(int count) {
        return 64 + 3L * Integer.BYTES * count;
    }

    /** @throws MalformedFrameException when building the table would take too many steps */
    static void check(int[] hashes) {
        // As ImplicitLinkedHashCollection is sized at first: there is always an empty slot.
        int capacity = 2 * hashes.length + 1;
        int[] distances = new int[capacity];
        Arrays.fill(distances, -1);
        for (int hash : hashes) {
            int slot = (hash & Integer.MAX_VALUE) % capacity;
            int distance = 0;
            while (distances[slot] >= 0) {
                slot = slot + 1 == capacity ? 0 : slot + 1;
                distance++;
            }
            distances[slot] = distance;
        }
        if (steps(distances) > MAX_STEPS) {
            throw new MalformedFrameException("A list of " + hashes.length + " elements whose keys collide");
        }
    }

    /** For every run of taken slots: its length times the steps from home of those in it. */
    private static long steps(int[] distances) {
        int firstEmpty = 0;
        while (distances[firstEmpty] >= 0) {
            firstEmpty++;
        }
        long total = 0;
        long length = 0;
        long stepsFromHome = 0;
        for (int i = 1; i <= distances.length; i++) {
            int distance = distances[(firstEmpty + i) % distances.length];
            if (distance >= 0) {
                length++;
                stepsFromHome += distance + 1;
            } else {
                total += length * stepsFromHome;
                length = 0;
                stepsFromHome = 0;
            }
        }
        return total;
    }
}
