package dev.ottla.benchmarks.broker;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the operating system says that a process has used so far, or between two moments. Context switches are those of the threads that live at the moment, so
 * a thread that ended in between takes its own with it.
 *
 * @param userSeconds in steps of 10 ms, as is {@code systemSeconds}
 * @param residentMib at the moment, as are {@code peakMib}, the largest ever, and {@code threads}
 * @param minorFaults pages mapped without reading a disk
 * @param voluntarySwitches a thread waited for something
 * @param involuntarySwitches a thread had to go
 * @param writtenBytes pages dirtied, and what was written past the page cache
 */
public record Usage(
        double userSeconds,
        double systemSeconds,
        double residentMib,
        double peakMib,
        long threads,
        long minorFaults,
        long majorFaults,
        long voluntarySwitches,
        long involuntarySwitches,
        long writtenBytes) {
    private static final double TICKS_PER_SECOND = 100;
    private static final double KIB_A_MIB = 1024;

    /**
     * Of the texts in a process's folder under /proc.
     *
     * @param taskStatuses of its threads
     */
    static Usage parse(String stat, String status, String io, List<String> taskStatuses) {
        // The name in brackets may hold anything; field 3 follows.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).strip().split(" ", -1);
        return new Usage(
                Long.parseLong(fields[11]) / TICKS_PER_SECOND,
                Long.parseLong(fields[12]) / TICKS_PER_SECOND,
                number(status, "VmRSS:") / KIB_A_MIB,
                number(status, "VmHWM:") / KIB_A_MIB,
                number(status, "Threads:"),
                Long.parseLong(fields[7]),
                Long.parseLong(fields[9]),
                taskStatuses.stream()
                        .mapToLong(task -> number(task, "voluntary_ctxt_switches:"))
                        .sum(),
                taskStatuses.stream()
                        .mapToLong(task -> number(task, "nonvoluntary_ctxt_switches:"))
                        .sum(),
                number(io, "write_bytes:"));
    }

    /** The number behind a line's key; 0 when there is no such line. */
    static long number(String text, String key) {
        return text.lines()
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.substring(key.length()).replaceAll("[^0-9]", "")))
                .findFirst()
                .orElse(0);
    }

    /** What was used since; resident memory and threads as they are now. */
    public Usage since(Usage before) {
        return new Usage(
                userSeconds - before.userSeconds,
                systemSeconds - before.systemSeconds,
                residentMib,
                peakMib,
                threads,
                minorFaults - before.minorFaults,
                majorFaults - before.majorFaults,
                voluntarySwitches - before.voluntarySwitches,
                involuntarySwitches - before.involuntarySwitches,
                writtenBytes - before.writtenBytes);
    }

    public double cpuSeconds() {
        return userSeconds + systemSeconds;
    }

    /**
     * By name, for a table.
     *
     * @param records what was done; 0 for what is not told in records, as with the others
     */
    public Map<String, Double> metrics(long records, long bytes, long requests) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("CPU user s", userSeconds);
        metrics.put("CPU system s", systemSeconds);
        if (bytes > 0) {
            metrics.put("CPU s/GB", cpuSeconds() / (bytes / 1e9));
            metrics.put("bytes written a byte", writtenBytes / (double) bytes);
        }
        if (records > 0) {
            metrics.put("CPU s/M records", cpuSeconds() / (records / 1e6));
            metrics.put("minor faults/M records", minorFaults / (records / 1e6));
            metrics.put("switches/M records", (voluntarySwitches + involuntarySwitches) / (records / 1e6));
        }
        if (requests > 0) {
            metrics.put("CPU us/request", cpuSeconds() * 1e6 / requests);
            metrics.put("minor faults/1000 requests", minorFaults * 1e3 / requests);
            metrics.put("switches/1000 requests", (voluntarySwitches + involuntarySwitches) * 1e3 / requests);
        }
        metrics.put("voluntary switches", (double) voluntarySwitches);
        metrics.put("involuntary switches", (double) involuntarySwitches);
        metrics.put("major faults", (double) majorFaults);
        metrics.put("threads", (double) threads);
        metrics.put("RSS MiB", residentMib);
        metrics.put("peak RSS MiB", peakMib);
        return metrics;
    }
}
