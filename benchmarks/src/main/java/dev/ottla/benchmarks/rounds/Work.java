package dev.ottla.benchmarks.rounds;

import dev.ottla.benchmarks.broker.Contender;
import java.util.List;

/**
 * Something that brokers are given to do, measured.
 *
 * @param name for the command line
 * @param what one line
 * @param contenders one after the other in each round; the first is compared with the others
 */
public record Work(String name, String what, List<Contender> contenders, Task task) {
    /** One round with one contender. */
    public interface Task {
        void run(Round round) throws Exception;
    }

    /** Ottla and Apache Kafka as they come. */
    public static Work of(String name, String what, Task task) {
        return new Work(name, what, Contender.DEFAULTS, task);
    }
}
