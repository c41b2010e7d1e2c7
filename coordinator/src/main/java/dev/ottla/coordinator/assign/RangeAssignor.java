package dev.ottla.coordinator.assign;

import dev.ottla.base.TopicId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Topic by topic, neighbouring partitions to each member in order: topics with as many partitions are divided the same way. */
public final class RangeAssignor implements Assignor {
    /** As Apache Kafka: static members by their instance ids, then the others by their member ids. */
    private static final Comparator<Map.Entry<String, Reader>> STATIC_FIRST = Comparator.comparing(
                    (Map.Entry<String, Reader> entry) -> entry.getValue().instanceId(),
                    Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(Map.Entry::getKey);

    @Override
    public String name() {
        return "range";
    }

    @Override
    public Map<String, Map<TopicId, SortedSet<Integer>>> assign(
            Map<String, Reader> members, Map<TopicId, Integer> partitionCounts) {
        Map<String, Map<TopicId, SortedSet<Integer>>> assigned = LinkedHashMap.newLinkedHashMap(members.size());
        members.keySet().forEach(memberId -> assigned.put(memberId, new TreeMap<>()));
        partitionCounts.forEach((topic, count) -> {
            List<String> readers = readers(members, topic);
            int from = 0;
            for (int i = 0; i < readers.size(); i++) {
                int size = count / readers.size() + (i < count % readers.size() ? 1 : 0);
                SortedSet<Integer> range = new TreeSet<>();
                for (int partition = from; partition < from + size; partition++) {
                    range.add(partition);
                }
                if (!range.isEmpty()) {
                    assigned.getOrDefault(readers.get(i), new TreeMap<>()).put(topic, range);
                }
                from += size;
            }
        });
        return assigned;
    }

    private static List<String> readers(Map<String, Reader> members, TopicId topic) {
        List<Map.Entry<String, Reader>> readers = new ArrayList<>();
        members.entrySet().stream()
                .filter(entry -> entry.getValue().topics().contains(topic))
                .forEach(readers::add);
        readers.sort(STATIC_FIRST);
        return readers.stream().map(Map.Entry::getKey).toList();
    }
}
