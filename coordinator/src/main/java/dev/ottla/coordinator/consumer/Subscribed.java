package dev.ottla.coordinator.consumer;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.metadata.BrokerImage;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.PartitionImage;
import dev.ottla.metadata.TopicImage;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** The topics that a group reads, as the cluster has them. */
final class Subscribed {
    /** Patterns are matched against every topic; longer ones are refused. */
    static final int MAX_PATTERN_LENGTH = 1_024;

    /** With its repetitions written out: matching takes that many steps for each character of a name, at most. */
    static final int MAX_PATTERN_STEPS = 2_000;

    static final int MAX_PATTERN_DEPTH = 50;

    private static final long[] NO_RACKS = {};

    private Subscribed() {}

    /**
     * The topics that a pattern matches as a whole, in RE2's syntax: matching takes time in proportion to the text.
     *
     * @throws OttlaException INVALID_REGULAR_EXPRESSION
     */
    static SortedSet<String> matching(String pattern, ClusterImage image) {
        Pattern compiled = check(pattern);
        SortedSet<String> topics = new TreeSet<>();
        for (TopicImage topic : image.topics().values()) {
            if (compiled.matcher(topic.name()).matches()) {
                topics.add(topic.name());
            }
        }
        return topics;
    }

    /** @throws OttlaException INVALID_REGULAR_EXPRESSION */
    static Pattern check(String pattern) {
        if (pattern.length() > MAX_PATTERN_LENGTH) {
            throw invalid(pattern.substring(0, 32) + "...", "it is longer than " + MAX_PATTERN_LENGTH);
        }
        PatternSize.Bound size = PatternSize.of(pattern);
        if (size.steps() > MAX_PATTERN_STEPS) {
            throw invalid(pattern, "with its repetitions written out it is longer than " + MAX_PATTERN_STEPS);
        }
        if (size.depth() > MAX_PATTERN_DEPTH) {
            throw invalid(pattern, "it is nested deeper than " + MAX_PATTERN_DEPTH);
        }
        try {
            return Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            throw invalid(pattern, e.getDescription());
        }
    }

    private static OttlaException invalid(String pattern, String why) {
        return new OttlaException(
                ErrorCode.INVALID_REGULAR_EXPRESSION,
                "SubscribedTopicRegex `" + pattern + "` is not valid: " + why + ".");
    }

    /** Another number for other topics, partitions, or racks of their replicas, in whatever order these are (KIP-1101); 0 for none. */
    static long hash(SortedSet<String> topics, ClusterImage image) {
        Map<Integer, Long> racks = racks(image);
        long hash = 0;
        for (String name : topics) {
            TopicImage topic = image.topic(name);
            if (topic == null) {
                continue;
            }
            hash = mix(hash ^ topic.id().mostSignificantBits());
            hash = mix(hash ^ topic.id().leastSignificantBits());
            for (PartitionImage partition : topic.partitions()) {
                hash = mix(hash + partition.partition() + 1);
                for (long rack : racksOf(partition, racks)) {
                    hash = mix(hash ^ rack);
                }
            }
        }
        return hash;
    }

    /** A number for the rack of each broker that has one. */
    private static Map<Integer, Long> racks(ClusterImage image) {
        Map<Integer, Long> racks = new HashMap<>();
        for (BrokerImage broker : image.brokers().values()) {
            if (broker.rack() != null) {
                long rack = broker.rack().length();
                for (int i = 0; i < broker.rack().length(); i++) {
                    rack = mix(rack ^ broker.rack().charAt(i));
                }
                racks.put(broker.brokerId(), rack);
            }
        }
        return racks;
    }

    private static long[] racksOf(PartitionImage partition, Map<Integer, Long> racks) {
        return racks.isEmpty()
                ? NO_RACKS
                : partition.replicas().stream()
                        .filter(racks::containsKey)
                        .mapToLong(racks::get)
                        .sorted()
                        .toArray();
    }

    /** The finalizer of SplitMix64: every bit of the number counts. */
    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
