package dev.ottla.benchmarks.speed;

import dev.ottla.benchmarks.report.Report;
import dev.ottla.benchmarks.rounds.Work;
import java.util.ArrayList;
import java.util.List;

/** The promises of speed, each with its aim: works in the order that they are run in. */
public final class Speed {
    private Speed() {}

    public static List<Work> works() {
        List<Work> works = new ArrayList<>(Produce.works());
        works.add(Paced.work());
        works.addAll(KafkaTools.works());
        works.addAll(Restarts.works());
        works.addAll(ManyPartitions.works());
        works.addAll(Small.works());
        works.add(Limits.work());
        works.add(BrokerBound.work());
        return works;
    }

    /** Which figures are told as fractions of the machine's. */
    public static List<Report.Fraction> fractions() {
        return Limits.fractions();
    }
}
