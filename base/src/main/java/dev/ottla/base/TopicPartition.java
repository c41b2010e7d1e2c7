package dev.ottla.base;

/** One partition of one topic: the id decides which, the name is what folders, files and people use. */
public record TopicPartition(TopicId topicId, String topic, int partition) {
    /** {@code topic-partition}: the folder's name, as Kafka's. */
    public String folderName() {
        return topic + "-" + partition;
    }

    @Override
    public String toString() {
        return folderName();
    }
}
