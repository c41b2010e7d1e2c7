package dev.ottla.benchmarks.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where it was measured: what the operating system says of the machine, and which state of the sources. */
public final class Machine {
    private static final int SYSCTL_BYTES = 4096;

    private Machine() {}

    public static Map<String, Object> facts(Path scratch) throws IOException {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("processor", value("/proc/cpuinfo", "model name"));
        facts.put("processors", Runtime.getRuntime().availableProcessors());
        facts.put("memory", value("/proc/meminfo", "MemTotal"));
        facts.put("kernel", sysctl("kernel/osrelease"));
        facts.put("file system", Files.getFileStore(scratch).type());
        facts.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
        facts.put(
                "load average before",
                Files.readString(Path.of("/proc/loadavg")).strip());
        facts.put("vm.dirty_bytes", sysctl("vm/dirty_bytes"));
        facts.put("vm.dirty_ratio", sysctl("vm/dirty_ratio"));
        return facts;
    }

    /** A setting of the kernel, read at one go: a second read of such a file finds nothing, and {@link Files#readString} begins with a single byte. */
    public static String sysctl(String name) throws IOException {
        try (InputStream in = Files.newInputStream(Path.of("/proc/sys", name))) {
            return new String(in.readNBytes(SYSCTL_BYTES), StandardCharsets.UTF_8).strip();
        }
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
