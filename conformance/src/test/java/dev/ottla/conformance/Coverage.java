package dev.ottla.conformance;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.apache.kafka.common.protocol.ApiKeys;

/** Which versions of which APIs were asked at frame level, with what kind of outcome. */
final class Coverage {
    private final Set<String> roundTrips = new ConcurrentSkipListSet<>();
    private final Set<String> errors = new ConcurrentSkipListSet<>();

    /** A reply without, or with, at least one error code; a closed connection counts as an error. */
    void saw(ApiKeys key, int version, boolean error) {
        (error ? errors : roundTrips).add(name(key, version));
    }

    /** What was never answered without an error. */
    Set<String> withoutRoundTrip(ApiKeys key, List<Integer> versions) {
        return missing(roundTrips, key, versions);
    }

    /** What was never answered with an error. */
    Set<String> withoutError(ApiKeys key, List<Integer> versions) {
        return missing(errors, key, versions);
    }

    private static Set<String> missing(Set<String> seen, ApiKeys key, List<Integer> versions) {
        Set<String> missing = new TreeSet<>();
        for (int version : versions) {
            if (!seen.contains(name(key, version))) {
                missing.add(name(key, version));
            }
        }
        return missing;
    }

    private static String name(ApiKeys key, int version) {
        return key.name + " v" + version;
    }
}
