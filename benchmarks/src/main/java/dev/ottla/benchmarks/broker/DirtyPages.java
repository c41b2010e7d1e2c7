package dev.ottla.benchmarks.broker;

import dev.ottla.benchmarks.report.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A bound on the dirty pages that the kernel holds, for some time; only root can set one, and everything on the machine has it. */
public final class DirtyPages implements AutoCloseable {
    private static final Path BYTES = Path.of("/proc/sys/vm/dirty_bytes");
    private static final Path RATIO = Path.of("/proc/sys/vm/dirty_ratio");

    private final String ratioBefore;

    private DirtyPages(String ratioBefore) {
        this.ratioBefore = ratioBefore;
    }

    /** Does nothing when it may not, when there is a bound in bytes already, or when {@code BENCHMARK_DIRTY_BYTES} is 0. */
    public static DirtyPages bounded(long bytes) throws IOException {
        boolean isUnwanted = "0".equals(System.getenv("BENCHMARK_DIRTY_BYTES"));
        if (isUnwanted
                || !Files.isWritable(BYTES)
                || !Machine.sysctl("vm/dirty_bytes").equals("0")) {
            return new DirtyPages("");
        }
        String ratio = Machine.sysctl("vm/dirty_ratio");
        Files.writeString(BYTES, Long.toString(bytes));
        return new DirtyPages(ratio);
    }

    public static String now() throws IOException {
        return Machine.sysctl("vm/dirty_bytes") + " B or " + Machine.sysctl("vm/dirty_ratio") + " %";
    }

    @Override
    public void close() throws IOException {
        if (!ratioBefore.isEmpty()) {
            Files.writeString(RATIO, ratioBefore);
        }
    }
}
