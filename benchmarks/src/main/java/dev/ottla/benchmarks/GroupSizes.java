package dev.ottla.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * How much {@link Groups} does, from system properties {@code ottla.benchmark.NAME}.
 *
 * @param contenders {@code contenders}: names of {@link Contender}
 * @param parts {@code parts}: of stable, heartbeats, commits, memory
 * @param members {@code members}: sizes of groups
 * @param partitions {@code partitions}: sizes of their topics
 * @param times {@code times}: how often a group of each size is made in a round
 * @param heartbeatsPerSecond {@code heartbeatsPerSecond}: of all members together
 * @param inFlight {@code inFlight}: members that commit at the same time
 * @param committed {@code committed}: partitions in a commit
 * @param groups {@code groups}: for the memory that they take
 * @param seconds {@code seconds}: for each load
 * @param warmUpSeconds {@code warmUpSeconds}: that do not count, in a broker that has just started
 */
record GroupSizes(
        List<Contender> contenders,
        Set<String> parts,
        List<Integer> members,
        List<Integer> partitions,
        int times,
        int heartbeatsPerSecond,
        List<Integer> inFlight,
        List<Integer> committed,
        int groups,
        double seconds,
        double warmUpSeconds) {

    static GroupSizes ofProperties() {
        return new GroupSizes(
                words("contenders", "OTTLA,KAFKA,OTTLA_WITHOUT_JOURNAL").stream()
                        .map(Contender::valueOf)
                        .toList(),
                Set.copyOf(words("parts", "stable,heartbeats,commits,memory")),
                numbers("members", "1,50,500"),
                numbers("partitions", "100,1000"),
                number("times", 5),
                number("heartbeatsPerSecond", 2000),
                numbers("inFlight", "1,64"),
                numbers("committed", "1,100"),
                number("groups", 10_000),
                Double.parseDouble(property("seconds", "5")),
                Double.parseDouble(property("warmUpSeconds", "12")));
    }

    private static int number(String name, int usual) {
        return Integer.parseInt(property(name, Integer.toString(usual)));
    }

    private static List<Integer> numbers(String name, String usual) {
        return words(name, usual).stream().map(Integer::valueOf).toList();
    }

    private static List<String> words(String name, String usual) {
        return Arrays.asList(property(name, usual).split(",", -1));
    }

    private static String property(String name, String usual) {
        return System.getProperty("ottla.benchmark." + name, usual);
    }
}
