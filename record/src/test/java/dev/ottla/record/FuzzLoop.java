package dev.ottla.record;

import dev.ottla.base.Clock;
import dev.ottla.base.RandomSource;
import java.util.concurrent.TimeUnit;

/** Compares our validator with Apache Kafka's on fresh cases for some seconds. */
final class FuzzLoop {
    private static final int GOOD_ONE_IN = 8;

    private FuzzLoop() {}

    /** {@code ottla.fuzz.seed} chooses the cases, {@code ottla.fuzz.seconds} overrules how long. */
    static long run(int defaultSeconds) {
        long seed = Long.getLong("ottla.fuzz.seed", RandomSource.secure().nextLong());
        long seconds = Integer.getInteger("ottla.fuzz.seconds", defaultSeconds);
        RandomSource seeds = RandomSource.seeded(seed);
        long start = Clock.system().monotonicNanos();
        long cases = 0;
        try (Differential differential = new Differential()) {
            while (Clock.system().monotonicNanos() - start < TimeUnit.SECONDS.toNanos(seconds)) {
                BatchMutator mutator = new BatchMutator(seeds.nextLong());
                BatchMutator.Case test = cases % GOOD_ONE_IN == 0 ? mutator.good() : mutator.damaged();
                try {
                    differential.compare(test, seed + " case " + cases);
                } catch (RuntimeException e) {
                    throw new AssertionError("ottla.fuzz.seed=" + seed + " case " + cases + ": " + test, e);
                }
                cases++;
            }
        }
        return cases;
    }
}
