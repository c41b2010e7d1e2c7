package dev.ottla.base;

import java.security.SecureRandom;
import java.util.SplittableRandom;

/** The port to chance, so that ids and jitter repeat under a seed. */
@FunctionalInterface
public interface RandomSource {
    /** The next 64 uniformly distributed bits. */
    long nextLong();

    /** Unpredictable bits, for ids that must not collide between machines. */
    static RandomSource secure() {
        return new SecureRandom()::nextLong;
    }

    /** The same bits for the same seed. Not safe for use by several threads. */
    static RandomSource seeded(long seed) {
        return new SplittableRandom(seed)::nextLong;
    }
}
