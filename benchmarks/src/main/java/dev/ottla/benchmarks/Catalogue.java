package dev.ottla.benchmarks;

import dev.ottla.benchmarks.groups.Groups;
import dev.ottla.benchmarks.rounds.Work;
import dev.ottla.benchmarks.speed.Matrix;
import dev.ottla.benchmarks.speed.Speed;
import dev.ottla.benchmarks.works.Compacting;
import dev.ottla.benchmarks.works.Durable;
import dev.ottla.benchmarks.works.Scale;
import dev.ottla.benchmarks.works.SideBySide;
import dev.ottla.benchmarks.works.Streams;
import dev.ottla.benchmarks.works.Transactions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Every work there is, by name, and sets of them. */
final class Catalogue {
    private final Map<String, Work> works = new LinkedHashMap<>();
    private final Map<String, List<String>> sets = new LinkedHashMap<>();

    private Catalogue() {}

    static Catalogue all() {
        Catalogue catalogue = new Catalogue();
        catalogue.sets.put("speed", catalogue.add(Speed.works()));
        catalogue.sets.put("matrix", catalogue.add(Matrix.works()));
        catalogue.add(List.of(
                SideBySide.work(),
                Durable.work(),
                Scale.work(),
                Compacting.work(),
                Groups.work(),
                Transactions.work(),
                Streams.work()));
        return catalogue;
    }

    private List<String> add(List<Work> more) {
        more.forEach(work -> works.put(work.name(), work));
        return more.stream().map(Work::name).toList();
    }

    /** What the command line can name. */
    String text() {
        StringBuilder out = new StringBuilder("Works:\n");
        works.forEach((name, work) -> out.append(String.format("  %-22s %s%n", name, work.what())));
        out.append("Sets:\n");
        sets.forEach((name, members) -> out.append(String.format("  %-22s %s%n", name, String.join(",", members))));
        return out.toString();
    }

    /**
     * Works by their names and those of sets, each once, in the order of the first mention.
     *
     * @param names with commas between them
     */
    List<Work> select(String names) {
        Set<Work> selected = new LinkedHashSet<>();
        for (String name : names.split(",", -1)) {
            for (String member : sets.getOrDefault(name, List.of(name))) {
                Work work = works.get(member);
                if (work == null) {
                    throw new IllegalArgumentException("There is no work " + member + "\n" + text());
                }
                selected.add(work);
            }
        }
        return new ArrayList<>(selected);
    }
}
