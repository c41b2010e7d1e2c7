package dev.ottla.cli;

import dev.ottla.cli.cluster.ClusterInfo;
import dev.ottla.cli.kit.ExitCode;
import dev.ottla.cli.kit.Spec;
import java.util.ArrayList;

/** The tree of commands. */
final class Ottla {
    private Ottla() {}

    static Spec spec() {
        return Spec.group("A Kafka-compatible event streaming platform in one small process.")
                .subcommand(
                        "cluster", Spec.group("What the cluster is made of.").subcommand("info", ClusterInfo.spec()))
                .footer(footer());
    }

    private static String[] footer() {
        var lines = new ArrayList<String>();
        lines.add("");
        lines.add("Exit codes:");
        for (ExitCode code : ExitCode.values()) {
            lines.add("  %d  %s".formatted(code.number(), code.meaning()));
        }
        lines.add("");
        lines.add("Environment:");
        lines.add("  OTTLA_BOOTSTRAP  where the broker is, when --bootstrap is not given");
        lines.add("  OTTLA_LOG        error, warn, info or debug: what to log to standard error");
        lines.add("  OTTLA_OPTS       flags for the JVM, such as -Xmx1g");
        return lines.toArray(String[]::new);
    }
}
