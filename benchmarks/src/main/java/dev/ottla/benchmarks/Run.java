package dev.ottla.benchmarks;

import dev.ottla.benchmarks.report.Machine;
import dev.ottla.benchmarks.report.Report;
import dev.ottla.benchmarks.rounds.Rounds;
import dev.ottla.benchmarks.rounds.Work;
import dev.ottla.benchmarks.speed.Speed;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Ottla and Apache Kafka in turn on this machine. Arguments: the checkout's folder, a scratch folder, a folder for results, works, rounds; without works, prints
 * which there are.
 */
public final class Run {
    private static final String PROPERTIES = "ottla.benchmark.";

    private Run() {}

    public static void main(String[] arguments) throws Exception {
        Catalogue catalogue = Catalogue.all();
        if (arguments.length < 4) {
            System.out.print(catalogue.text());
            return;
        }
        List<Work> works;
        try {
            works = catalogue.select(arguments[3]);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        Path home = Path.of(arguments[0]).toAbsolutePath();
        Path scratch = Path.of(arguments[1]).toAbsolutePath();
        int rounds = Integer.parseInt(arguments[4]);
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("command", "benchmarks/run " + arguments[3] + " " + rounds);
        about.put("settings", settings());
        about.put("begun", Instant.now().toString());
        about.put("commit", Machine.commit(home));
        about.put("machine", Machine.facts(scratch));
        about.put("rounds asked for", rounds);
        Path out = Path.of(arguments[2]).toAbsolutePath();
        Report.clear(out);
        Report report = new Report(about, Speed.fractions());
        boolean isWhole = new Rounds(home, scratch, out, report).run(works, rounds);
        System.exit(isWhole ? 0 : 1);
    }

    private static Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>();
        System.getProperties().forEach((name, value) -> {
            if (name.toString().startsWith(PROPERTIES)) {
                settings.put(name.toString(), value.toString());
            }
        });
        return settings;
    }
}
