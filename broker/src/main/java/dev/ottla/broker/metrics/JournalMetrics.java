package dev.ottla.broker.metrics;

import dev.ottla.log.LogFolder;
import dev.ottla.log.journal.JournalStats;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** The journals of the data folders, a sample for each. */
final class JournalMetrics {
    private static final double NANOS_PER_SECOND = 1e9;

    private final PrometheusText page;
    private final Map<String, JournalStats> byFolder = new TreeMap<>();

    private JournalMetrics(PrometheusText page) {
        this.page = page;
    }

    static void write(PrometheusText page, List<LogFolder> folders) {
        JournalMetrics metrics = new JournalMetrics(page);
        for (LogFolder folder : folders) {
            JournalStats stats = folder.journalStats();
            if (stats != null) {
                metrics.byFolder.put(folder.path().toString(), stats);
            }
        }
        metrics.write();
    }

    private void write() {
        each("ottla_journal_groups_total", "counter", "Groups made durable, each with one force", JournalStats::groups);
        each("ottla_journal_entries_total", "counter", "Entries of those groups", JournalStats::entries);
        each("ottla_journal_written_bytes_total", "counter", "Bytes of those groups", JournalStats::writtenBytes);
        String seconds = "ottla_journal_write_seconds_total";
        page.metric(seconds, "counter", "Time spent in the groups' writes and forces");
        byFolder.forEach(
                (folder, stats) -> page.fraction(seconds, stats.writeNanos() / NANOS_PER_SECOND, "folder", folder));
        each("ottla_journal_size_bytes", "gauge", "What a start after a crash would read", JournalStats::usedBytes);
        each("ottla_journal_max_bytes", "gauge", "The bound of the journal's size", JournalStats::maxBytes);
    }

    private void each(String name, String type, String help, ToLongFunction<JournalStats> value) {
        page.metric(name, type, help);
        byFolder.forEach((folder, stats) -> page.sample(name, value.applyAsLong(stats), "folder", folder));
    }
}
