package dev.ottla.benchmarks.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where it was measured: what the operating system says of the machine, and which state of the sources. */
public final class Machine {
    private Machine() {}

    public static Map<String, Object> facts(Path scratch) throws IOException {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("processor", value("/proc/cpuinfo", "model name"));
        facts.put("processors", Runtime.getRuntime().availableProcessors());
        facts.put("memory", value("/proc/meminfo", "MemTotal"));
        facts.put(
                "kernel",
                Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip());
        facts.put("file system", Files.getFileStore(scratch).type());
        facts.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
        facts.put(
                "load average before",
                Files.readString(Path.of("/proc/loadavg")).strip());
        facts.put(
                "vm.dirty_bytes",
                Files.readString(Path.of("/proc/sys/vm/dirty_bytes")).strip());
        facts.put(
                "vm.dirty_ratio",
                Files.readString(Path.of("/proc/sys/vm/dirty_ratio")).strip());
        return facts;
    }

    /** What git calls the checkout; with a mark when something is changed. */
    public static String commit(Path home) {
        try {
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty")
                    .directory(home.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static String value(String file, String key) throws IOException {
        return Files.readString(Path.of(file))
                .lines()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
    }
}
