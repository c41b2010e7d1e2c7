package dev.ottla.coordinator.assign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.RandomSource;
import dev.ottla.base.TopicId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AssignorsTest {
    private static final TopicId A = new TopicId(1, 1);
    private static final TopicId B = new TopicId(1, 2);

    private static Assignor.Reader reader(@Nullable String instanceId, TopicId... topics) {
        return new Assignor.Reader(instanceId, set(topics), Map.of());
    }

    private static SortedSet<TopicId> set(TopicId... topics) {
        return new TreeSet<>(List.of(topics));
    }

    private static SortedSet<Integer> set(Integer... partitions) {
        return new TreeSet<>(List.of(partitions));
    }

    @Test
    void rangeGivesNeighboursInTheOrderOfInstanceIds() {
        // Given a member whose instance id puts it first, though its member id would not
        SortedMap<String, Assignor.Reader> members = new TreeMap<>();
        members.put("m1", reader("z", A, B));
        members.put("m2", reader("a", A, B));
        // When
        var assigned = new RangeAssignor().assign(members, new TreeMap<>(Map.of(A, 5, B, 3)));
        // Then
        assertThat(assigned.get("m2")).isEqualTo(Map.of(A, set(0, 1, 2), B, set(0, 1)));
        assertThat(assigned.get("m1")).isEqualTo(Map.of(A, set(3, 4), B, set(2)));
    }

    @Test
    void rangeTakesStaticMembersFirst() {
        // Given a static member whose instance id comes behind the ids of dynamic ones
        SortedMap<String, Assignor.Reader> members = new TreeMap<>();
        members.put("m1", reader(null, A));
        members.put("m2", reader("z", A));
        members.put("m0", reader(null, A));
        // When
        var assigned = new RangeAssignor().assign(members, new TreeMap<>(Map.of(A, 3)));
        // Then it is the first all the same, as with Apache Kafka
        assertThat(assigned)
                .isEqualTo(Map.of("m2", Map.of(A, set(0)), "m0", Map.of(A, set(1)), "m1", Map.of(A, set(2))));
    }

    @Test
    void uniformMovesNoMoreThanANewMemberNeeds() {
        // Given two members with three partitions each
        SortedMap<String, Assignor.Reader> members = new TreeMap<>();
        members.put("m1", new Assignor.Reader("m1", set(A), Map.of(A, set(0, 1, 2))));
        members.put("m2", new Assignor.Reader("m2", set(A), Map.of(A, set(3, 4, 5))));
        // When a third comes
        members.put("m3", reader("m3", A));
        var assigned = new UniformAssignor().assign(members, Map.of(A, 6));
        // Then it gets one of each
        assertThat(assigned.get("m1")).isEqualTo(Map.of(A, set(0, 1)));
        assertThat(assigned.get("m2")).isEqualTo(Map.of(A, set(3, 4)));
        assertThat(assigned.get("m3")).isEqualTo(Map.of(A, set(2, 5)));
    }

    @Test
    void uniformLeavesWhoKeepsAllAsTheyAre() {
        // Given two members with as much as they may keep, and one that comes to a partition that is free
        Map<TopicId, SortedSet<Integer>> first = Map.of(A, set(0, 1));
        Map<TopicId, SortedSet<Integer>> second = Map.of(A, set(2, 3));
        SortedMap<String, Assignor.Reader> members = new TreeMap<>();
        members.put("m1", new Assignor.Reader("m1", set(A), first));
        members.put("m2", new Assignor.Reader("m2", set(A), second));
        members.put("m3", reader("m3", A));
        // When
        var assigned = new UniformAssignor().assign(members, Map.of(A, 5));
        // Then nothing of theirs was made anew: a large group would be copied with each member that comes
        assertThat(assigned.get("m1")).isSameAs(first);
        assertThat(assigned.get("m2")).isSameAs(second);
        assertThat(assigned.get("m3")).isEqualTo(Map.of(A, set(4)));
    }

    @Test
    void whatTwoHadStaysWithOne() {
        // Given two members that both had a partition
        SortedMap<String, Assignor.Reader> members = new TreeMap<>();
        members.put("m1", new Assignor.Reader("m1", set(A), Map.of(A, set(0))));
        members.put("m2", new Assignor.Reader("m2", set(A), Map.of(A, set(0, 1))));
        // When, then
        var assigned = new UniformAssignor().assign(members, Map.of(A, 2));
        assertThat(assigned).isEqualTo(Map.of("m1", Map.of(A, set(0)), "m2", Map.of(A, set(1))));
    }

    @Test
    void uniformBalancesThroughAMemberThatReadsBoth() {
        // Given one with three of A, one with two of B that also reads A, and one with one of B
        SortedMap<String, Assignor.Reader> members = new TreeMap<>();
        members.put("m1", new Assignor.Reader(null, set(A), Map.of(A, set(0, 1, 2))));
        members.put("m2", new Assignor.Reader(null, set(A, B), Map.of(B, set(0, 1))));
        members.put("m3", new Assignor.Reader(null, set(B), Map.of(B, set(2))));
        // When, then what m1 has too much of goes to m2, which gives to m3 what m1 could not
        var assigned = new UniformAssignor().assign(members, new TreeMap<>(Map.of(A, 3, B, 3)));
        assertThat(assigned.values().stream().map(AssignorsTest::size)).containsExactly(2, 2, 2);
    }

    @Test
    void everyPartitionThatSomebodyReadsHasOneReader() {
        RandomSource random = RandomSource.seeded(20261123);
        for (int round = 0; round < 2_000; round++) {
            // Given members that read this and that, and have something from before
            Map<TopicId, Integer> counts = new TreeMap<>();
            for (int topic = 1; topic <= 1 + below(random, 4); topic++) {
                counts.put(new TopicId(1, topic), below(random, 9));
            }
            SortedMap<String, Assignor.Reader> members = members(random, counts);
            for (Assignor assignor : new Assignor[] {new UniformAssignor(), new RangeAssignor()}) {
                // When
                var assigned = assignor.assign(members, counts);
                // Then
                String what = assignor.name() + ", round " + round + ": " + members + " " + assigned;
                checkOneReaderEach(members, counts, assigned, what);
                if (assignor instanceof UniformAssignor) {
                    checkNobodyCouldGiveToAPoorer(members, assigned, what);
                }
            }
        }
    }

    private static SortedMap<String, Assignor.Reader> members(RandomSource random, Map<TopicId, Integer> counts) {
        SortedMap<String, Assignor.Reader> members = new TreeMap<>();
        boolean alike = below(random, 2) == 0;
        int count = 1 + below(random, 6);
        Map<String, Map<TopicId, SortedSet<Integer>>> had = new HashMap<>();
        counts.forEach((topic, partitions) -> {
            // One more than there are: a partition of a topic that was made anew with fewer.
            for (int partition = 0; partition <= partitions; partition++) {
                had.computeIfAbsent("m" + below(random, 8), id -> new TreeMap<>())
                        .computeIfAbsent(topic, id -> new TreeSet<Integer>())
                        .add(partition);
            }
        });
        for (int i = 0; i < count; i++) {
            SortedSet<TopicId> reads = new TreeSet<>();
            counts.keySet().stream()
                    .filter(topic -> alike || below(random, 2) == 0)
                    .forEach(topic -> reads.add(topic));
            members.put("m" + i, new Assignor.Reader("m" + i, reads, had.getOrDefault("m" + i, Map.of())));
        }
        return members;
    }

    private static void checkOneReaderEach(
            SortedMap<String, Assignor.Reader> members,
            Map<TopicId, Integer> counts,
            Map<String, Map<TopicId, SortedSet<Integer>>> assigned,
            String what) {
        assertThat(assigned.keySet()).as(what).isEqualTo(members.keySet());
        Map<String, String> owners = new HashMap<>();
        assigned.forEach((member, topics) -> topics.forEach((topic, partitions) -> {
            assertThat(members.get(member).topics()).as(what).contains(topic);
            for (int partition : partitions) {
                assertThat(partition).as(what).isBetween(0, counts.get(topic) - 1);
                assertThat(owners.put(topic + "-" + partition, member)).as(what).isNull();
            }
        }));
        int read = counts.entrySet().stream()
                .filter(topic -> members.values().stream()
                        .anyMatch(member -> member.topics().contains(topic.getKey())))
                .mapToInt(Map.Entry::getValue)
                .sum();
        assertThat(owners).as(what).hasSize(read);
    }

    private static void checkNobodyCouldGiveToAPoorer(
            SortedMap<String, Assignor.Reader> members,
            Map<String, Map<TopicId, SortedSet<Integer>>> assigned,
            String what) {
        assigned.forEach((rich, topics) -> topics.keySet()
                .forEach(topic -> members.forEach((poor, reader) -> {
                    if (reader.topics().contains(topic)) {
                        assertThat(size(assigned.get(poor)) + 1).as(what).isGreaterThanOrEqualTo(size(topics));
                    }
                })));
    }

    private static int size(Map<TopicId, SortedSet<Integer>> partitions) {
        return partitions.values().stream().mapToInt(each -> each.size()).sum();
    }

    private static int below(RandomSource random, int bound) {
        return (int) Long.remainderUnsigned(random.nextLong(), bound);
    }
}
