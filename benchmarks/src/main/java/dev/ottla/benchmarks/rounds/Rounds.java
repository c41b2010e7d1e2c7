package dev.ottla.benchmarks.rounds;

import dev.ottla.benchmarks.broker.Contender;
import dev.ottla.benchmarks.broker.Scratch;
import dev.ottla.benchmarks.broker.Settings;
import dev.ottla.benchmarks.report.Report;
import dev.ottla.benchmarks.report.WorkResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Works in rounds: in each round every work, with its contenders in turn, each first in every other round, so that neither always meets the colder client.
 * What is there is printed and written after each round.
 */
public final class Rounds {
    private static final List<String> WANTED = Settings.words("contenders", "");

    private final Path home;
    private final Path scratch;
    private final Path out;
    private final Report report;
    private final Map<Work, WorkResult> results = new LinkedHashMap<>();

    public Rounds(Path home, Path scratch, Path out, Report report) {
        this.home = home;
        this.scratch = scratch;
        this.out = out;
        this.report = report;
    }

    /** @return whether everything that was begun was measured */
    public boolean run(List<Work> works, int rounds) throws IOException {
        for (Work work : works) {
            List<String> titles = wanted(work).stream().map(Contender::title).toList();
            results.put(work, report.add(new WorkResult(work.name(), work.what(), titles, peer(work))));
        }
        boolean isWhole = true;
        for (int round = 0; round < rounds; round++) {
            for (Work work : works) {
                List<Contender> contenders = wanted(work);
                for (Contender contender : round % 2 == 0 ? contenders : contenders.reversed()) {
                    System.err.println(
                            "round " + (round + 1) + " of " + rounds + ", " + work.name() + ": " + contender.title());
                    isWhole &= one(work, contender);
                }
                report.write(out);
            }
            report.finished(round + 1);
            report.write(out);
            System.out.println("## After " + (round + 1) + " of " + rounds + " rounds\n\n" + report.text());
        }
        return isWhole;
    }

    /** A failure ends this round of this work only: what else was measured for hours is worth having. */
    private boolean one(Work work, Contender contender) throws IOException {
        Path folder = Files.createDirectories(scratch.resolve(work.name() + "-" + contender.name()));
        long start = System.nanoTime();
        WorkResult result = java.util.Objects.requireNonNull(results.get(work));
        boolean isDone = false;
        try (Round round = new Round(contender, home, folder, result)) {
            work.task().run(round);
            isDone = true;
        } catch (Exception e) {
            e.printStackTrace();
            result.failed(contender.title() + ": " + e);
            lastWords(folder);
        }
        System.err.println("  took " + Math.round((System.nanoTime() - start) / 1e9) + " s");
        Scratch.delete(folder);
        return isDone;
    }

    private static void lastWords(Path folder) throws IOException {
        Path output = folder.resolve("output");
        if (Files.isDirectory(output)) {
            try (var files = Files.newDirectoryStream(output)) {
                for (Path file : files) {
                    List<String> lines = Files.readAllLines(file);
                    lines.subList(Math.max(0, lines.size() - 20), lines.size())
                            .forEach(line -> System.err.println("    " + line));
                }
            }
        }
    }

    /** The first Apache Kafka, or the second contender where there is none. */
    private static Optional<String> peer(Work work) {
        List<Contender> contenders = wanted(work);
        return contenders.stream()
                .skip(1)
                .filter(Contender::isKafka)
                .findFirst()
                .or(() -> contenders.stream().skip(1).findFirst())
                .map(Contender::title);
    }

    private static List<Contender> wanted(Work work) {
        if (WANTED.isEmpty() || work.contenders().contains(Contender.MACHINE)) {
            return work.contenders();
        }
        return WANTED.stream().map(Contender::valueOf).toList();
    }
}
