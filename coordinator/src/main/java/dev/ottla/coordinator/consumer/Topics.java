package dev.ottla.coordinator.consumer;

import dev.ottla.base.TopicId;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.TopicImage;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Partitions by the id of their topic, as a group keeps them, and by its name, as the classic protocol says it. What is not there any more is left out. */
final class Topics {
    private Topics() {}

    static Map<TopicId, SortedSet<Integer>> byId(SortedMap<String, SortedSet<Integer>> byName, ClusterImage image) {
        Map<TopicId, SortedSet<Integer>> byId = new TreeMap<>();
        byName.forEach((name, partitions) -> {
            TopicImage topic = image.topic(name);
            if (topic != null) {
                byId.put(topic.id(), partitions);
            }
        });
        return byId;
    }

    static SortedMap<String, SortedSet<Integer>> byName(Map<TopicId, SortedSet<Integer>> byId, ClusterImage image) {
        SortedMap<String, SortedSet<Integer>> byName = new TreeMap<>();
        byId.forEach((id, partitions) -> {
            TopicImage topic = image.topic(id);
            if (topic != null) {
                byName.put(topic.name(), partitions);
            }
        });
        return byName;
    }

    /** Without the epochs in which they came. */
    static Map<TopicId, SortedSet<Integer>> withoutEpochs(Map<TopicId, SortedMap<Integer, Integer>> partitions) {
        Map<TopicId, SortedSet<Integer>> numbers = new TreeMap<>();
        partitions.forEach((topic, epochs) -> numbers.put(topic, new TreeSet<>(epochs.keySet())));
        return numbers;
    }

    /** All of them since one epoch. */
    static Map<TopicId, SortedMap<Integer, Integer>> since(int epoch, Map<TopicId, SortedSet<Integer>> partitions) {
        Map<TopicId, SortedMap<Integer, Integer>> epochs = new TreeMap<>();
        partitions.forEach((topic, numbers) -> {
            SortedMap<Integer, Integer> ofTopic = new TreeMap<>();
            numbers.forEach(number -> ofTopic.put(number, epoch));
            epochs.put(topic, ofTopic);
        });
        return epochs;
    }
}
