package dev.ottla.metadata;

/**
 * The owner of a set of dynamic configs: a topic by name, a broker by its id in decimal, all brokers by the empty name, a group or a
 * client metrics subscription by name.
 */
public record ConfigResource(ConfigResourceType type, String name) {
    /** The defaults of all brokers of the cluster. */
    public static final ConfigResource ALL_BROKERS = new ConfigResource(ConfigResourceType.BROKER, "");

    public static ConfigResource topic(String name) {
        return new ConfigResource(ConfigResourceType.TOPIC, name);
    }

    public static ConfigResource broker(int brokerId) {
        return new ConfigResource(ConfigResourceType.BROKER, Integer.toString(brokerId));
    }

    public static ConfigResource group(String groupId) {
        return new ConfigResource(ConfigResourceType.GROUP, groupId);
    }

    /** As Kafka prints it in messages. */
    @Override
    public String toString() {
        return "ConfigResource(type=" + type + ", name='" + name + "')";
    }
}
