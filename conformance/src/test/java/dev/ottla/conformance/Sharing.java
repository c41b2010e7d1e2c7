package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;

/** A member of a group that reads on by itself, whatever client it is. */
interface Sharing {
    /** What it has, as it last said. */
    Set<TopicPartition> assigned();

    /** All that it has read. */
    Set<String> values();

    /** Every partition is with one of them, and each has some. */
    static void awaitShares(List<? extends Sharing> members, int partitions) {
        await().atMost(30, TimeUnit.SECONDS).until(() -> isShared(members, partitions));
    }

    static boolean isShared(List<? extends Sharing> members, int partitions) {
        Set<TopicPartition> all = new HashSet<>();
        int sum = 0;
        for (Sharing member : members) {
            Set<TopicPartition> its = member.assigned();
            all.addAll(its);
            sum += its.size();
            if (its.isEmpty()) {
                return false;
            }
        }
        return all.size() == partitions && sum == partitions;
    }

    /** Together they have read as many different values. */
    static void awaitValues(List<? extends Sharing> members, int count) {
        await().atMost(30, TimeUnit.SECONDS).until(() -> {
            Set<String> all = new TreeSet<>();
            members.forEach(member -> all.addAll(member.values()));
            return all.size() == count;
        });
    }

    /** Together they have read v0 to v{count - 1}. */
    static void awaitAll(List<? extends Sharing> members, int count) {
        await().atMost(30, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(missing(members, count)).isEmpty());
    }

    private static Set<String> missing(List<? extends Sharing> members, int count) {
        Set<String> missing = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            missing.add("v" + i);
        }
        members.forEach(member -> missing.removeAll(member.values()));
        return missing;
    }
}
