package dev.ottla.broker.admin;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;

/** What a request names more than once. */
final class Duplicates {
    static final String MESSAGE = "Duplicate topic name.";

    private Duplicates() {}

    static <T> Set<T> of(Stream<T> names) {
        Set<T> seen = new HashSet<>();
        Set<T> twice = new LinkedHashSet<>();
        names.forEach(name -> {
            if (!seen.add(name)) {
                twice.add(name);
            }
        });
        return twice;
    }
}
