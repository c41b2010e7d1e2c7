package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Cuts the power of a disk under a loaded broker, again and again, and asks after each cut whether anything is gone or back that clients were
 * told otherwise of. Needs root and loop devices; where it cannot run it fails and says why.
 *
 * <pre>
 * -Dottla.powercut.rounds=300   cuts, six to a disk
 * -Dottla.powercut.seed=1       of the first disk; the next has the next number
 * -Dottla.powercut.set=a=b,c=d  broker settings on top
 * -Dottla.powercut.loads=A,B    chooses among these loads only, by the names that are printed
 * -Dottla.powercut.control      losses are expected and counted: there must be some
 * -Dottla.powercut.keep=DIR     keeps the disk as the last cut left it
 * -Dottla.subject=kafka         Apache Kafka instead
 * </pre>
 */
class PowerCutRun {
    private static final int ROUNDS = Integer.getInteger("ottla.powercut.rounds", 6);
    private static final int ROUNDS_OF_A_DISK = 6;
    private static final long SEED = Long.getLong("ottla.powercut.seed", 20_261_122);
    private static final boolean CONTROL = System.getProperty("ottla.powercut.control") != null;
    private static final Map<String, String> SETTINGS =
            PowerCuts.settings(System.getProperty("ottla.powercut.set", ""));

    private final Map<CutProblem.Kind, Long> occurrences = new EnumMap<>(CutProblem.Kind.class);
    private final Map<CutProblem.Kind, Long> records = new EnumMap<>(CutProblem.Kind.class);
    private int roundsWithProblems;
    private long bytesLost;
    private int cutsTooLate;
    private long acked;
    private long compactedAway;
    private int cuts;

    @Test
    void nothingThatClientsWereToldIsUndone() throws Exception {
        LoopDisk.cleanUpAfterDeadRuns();
        assertThat(LoopDisk.whyNot())
                .as("power cuts cannot be tried on this machine")
                .isEmpty();
        System.out.println("power cuts: " + ROUNDS + " rounds, first seed " + SEED + ", settings " + SETTINGS);
        int disk = 0;
        while (cuts < ROUNDS) {
            // Given a new disk, when its power is cut under load, then nothing is undone
            oneDisk(SEED + disk++);
        }
        summary(disk);
        assertThat(bytesLost).as("the cuts lost data that was not forced").isPositive();
        assertThat(cutsTooLate).as("cuts that found nothing to lose").isLessThan(Math.max(2, cuts / 2));
        if (CONTROL) {
            assertThat(roundsWithProblems).as("cuts that lost something").isPositive();
        }
    }

    private void oneDisk(long seed) throws Exception {
        System.out.println("disk of seed " + seed);
        try (PowerCuts run = new PowerCuts(seed, SETTINGS)) {
            List<CutProblem> problems = List.of();
            for (int round = 0; problems.isEmpty() && round < ROUNDS_OF_A_DISK && cuts < ROUNDS; round++) {
                problems = run.round(round);
                cuts += problems.isEmpty() ? 1 : 0;
            }
            problems = problems.isEmpty() ? run.lastLook() : problems;
            bytesLost += run.bytesLost();
            cutsTooLate += run.cutsTooLate();
            acked += run.acked();
            compactedAway += run.compactedAway();
            report(seed, problems, problems.isEmpty() ? "" : run.errors());
        }
    }

    private void report(long seed, List<CutProblem> problems, String errors) {
        if (problems.isEmpty()) {
            return;
        }
        roundsWithProblems++;
        for (CutProblem problem : problems) {
            occurrences.merge(problem.kind(), 1L, Long::sum);
            records.merge(problem.kind(), problem.records(), Long::sum);
        }
        String text = problems.stream().limit(20).map(CutProblem::toString).collect(Collectors.joining("\n    "));
        System.out.println(
                "  " + problems.size() + " problems:\n    " + text + "\n  The broker said last:\n    " + errors);
        assertThat(CONTROL)
                .as("seed %s: %s problems after a power cut:\n    %s", seed, problems.size(), text)
                .isTrue();
    }

    private void summary(int disks) {
        List<String> kinds = new ArrayList<>();
        occurrences.forEach(
                (kind, count) -> kinds.add(kind + " " + count + " times, " + records.get(kind) + " records"));
        System.out.println(
                "power cuts: " + cuts + " on " + disks + " disks, " + acked + " records acknowledged before them, "
                        + bytesLost + " bytes of segments lost with them, " + compactedAway
                        + " records compacted away between them, " + cutsTooLate
                        + " cuts with nothing left to lose; cuts after which something was wrong: "
                        + roundsWithProblems
                        + " " + kinds);
    }
}
