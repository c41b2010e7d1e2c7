package dev.ottla.benchmarks.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class UsageTest {
    private static final String STAT =
            "4242 (a (strange) name) S 1 4242 4242 0 -1 4194304 5000 6 7 8 250 50 0 0 20 0 33 0 "
                    + "1111 8589934592 25600 18446744073709551615 0 0 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0\n";
    private static final String STATUS = """
            Name:\ta (strange) name
            VmHWM:\t  204800 kB
            VmRSS:\t  102400 kB
            Threads:\t33
            voluntary_ctxt_switches:\t3
            nonvoluntary_ctxt_switches:\t1
            """;
    private static final String IO = """
            rchar: 1
            write_bytes: 8192
            cancelled_write_bytes: 4096
            """;

    @Test
    void readsWhatTheKernelSays() {
        // Given
        List<String> tasks = List.of(STATUS, "voluntary_ctxt_switches:\t10\nnonvoluntary_ctxt_switches:\t20\n");

        // When
        Usage usage = Usage.parse(STAT, STATUS, IO, tasks);

        // Then
        assertThat(usage).isEqualTo(new Usage(2.5, 0.5, 100, 200, 33, 5000, 7, 13, 21, 8192));
    }

    @Test
    void sinceTellsWhatWasUsedAndWhatIsThereNow() {
        // Given
        Usage before = new Usage(1, 1, 100, 100, 10, 1000, 1, 10, 10, 100);
        Usage after = new Usage(3, 1.5, 90, 120, 12, 1500, 1, 30, 40, 1100);

        // When
        Usage used = after.since(before);

        // Then
        assertThat(used).isEqualTo(new Usage(2, 0.5, 90, 120, 12, 500, 0, 20, 30, 1000));
    }

    @Test
    void metricsAreOfWhatWasDone() {
        // Given
        Usage used = new Usage(2, 0.5, 90, 120, 12, 500, 0, 20, 30, 1_000_000_000);

        // When
        var metrics = used.metrics(500_000, 500_000_000, 100);

        // Then
        assertThat(metrics)
                .containsEntry("CPU s/GB", 5.0)
                .containsEntry("CPU s/M records", 5.0)
                .containsEntry("CPU us/request", 25_000.0)
                .containsEntry("minor faults/M records", 1000.0)
                .containsEntry("switches/1000 requests", 500.0)
                .containsEntry("bytes written a byte", 2.0);
        assertThat(used.metrics(0, 0, 0)).doesNotContainKeys("CPU s/GB", "CPU s/M records", "CPU us/request");
    }
}
