package dev.ottla.benchmarks.groups;

import java.util.ArrayList;
import java.util.List;

/** Groups of the classic protocol with one member and one committed offset each, some at a time over a few connections. */
final class ManyGroups {
    private static final int AT_A_TIME = 32;

    private final Wire wire;
    private final String topic;
    private final int partitions;
    private final List<Link> links;
    private int made;
    private int committed;

    ManyGroups(Wire wire, String topic, int partitions) {
        this.wire = wire;
        this.topic = topic;
        this.partitions = partitions;
        this.links = wire.connect(AT_A_TIME);
    }

    /** Makes {@code count} groups more. */
    void add(int count) {
        int wanted = made + count;
        while (made < wanted) {
            List<ClassicMembers> groups = new ArrayList<>();
            for (Link link : links.subList(0, Math.min(links.size(), wanted - made))) {
                ClassicMembers group = new ClassicMembers(wire, "many-" + made++, topic, partitions);
                group.startJoin(List.of(link));
                groups.add(group);
            }
            wire.until("groups of one member are stable", () -> groups.stream().allMatch(ClassicMembers::isQuiet));
            groups.forEach(group -> group.commits(1, 1).getFirst().getFirst().send(beat -> committed++));
            wire.until("their offsets are committed", () -> committed == made);
        }
    }
}
