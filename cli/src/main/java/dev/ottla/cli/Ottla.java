package dev.ottla.cli;

import dev.ottla.cli.cluster.ClusterInfo;
import dev.ottla.cli.config.ConfigGet;
import dev.ottla.cli.config.ConfigSet;
import dev.ottla.cli.group.GroupDelete;
import dev.ottla.cli.group.GroupDescribe;
import dev.ottla.cli.group.GroupList;
import dev.ottla.cli.group.GroupReset;
import dev.ottla.cli.kit.ExitCode;
import dev.ottla.cli.kit.Spec;
import dev.ottla.cli.log.LogDump;
import dev.ottla.cli.log.LogRepair;
import dev.ottla.cli.log.LogStats;
import dev.ottla.cli.log.LogVerify;
import dev.ottla.cli.records.Consume;
import dev.ottla.cli.records.Produce;
import dev.ottla.cli.start.Start;
import dev.ottla.cli.topic.TopicAlter;
import dev.ottla.cli.topic.TopicCreate;
import dev.ottla.cli.topic.TopicDelete;
import dev.ottla.cli.topic.TopicDescribe;
import dev.ottla.cli.topic.TopicList;
import dev.ottla.cli.txn.TxnAbort;
import dev.ottla.cli.txn.TxnDescribe;
import dev.ottla.cli.txn.TxnList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The tree of commands. */
final class Ottla {
    private Ottla() {}

    /** Only the command that the first argument names, when it names one: building all of them takes longer than most of them do. */
    static Spec spec(List<String> arguments) {
        var root = Spec.group("A Kafka-compatible event streaming platform in one small process.");
        var commands = commands();
        var wanted = arguments.isEmpty() ? null : commands.get(arguments.getFirst());
        if (wanted != null) {
            return root.subcommand(arguments.getFirst(), wanted.get());
        }
        commands.forEach((name, command) -> root.subcommand(name, command.get()));
        return root.footer(footer());
    }

    private static Map<String, Supplier<Spec>> commands() {
        var commands = new LinkedHashMap<String, Supplier<Spec>>();
        commands.put("start", Start::spec);
        commands.put("topic", Ottla::topic);
        commands.put("produce", Produce::spec);
        commands.put("consume", Consume::spec);
        commands.put("group", Ottla::group);
        commands.put("txn", Ottla::txn);
        commands.put("config", Ottla::config);
        commands.put("cluster", Ottla::cluster);
        commands.put("log", Ottla::log);
        return commands;
    }

    private static Spec txn() {
        return Spec.group("List, describe and abort transactions.")
                .subcommand("list", TxnList.spec())
                .subcommand("describe", TxnDescribe.spec())
                .subcommand("abort", TxnAbort.spec());
    }

    private static Spec config() {
        return Spec.group("Read and change the settings of topics and brokers.")
                .subcommand("get", ConfigGet.spec())
                .subcommand("set", ConfigSet.spec());
    }

    private static Spec cluster() {
        return Spec.group("What the cluster is made of.").subcommand("info", ClusterInfo.spec());
    }

    private static Spec topic() {
        return Spec.group("Create, list, describe, alter and delete topics.")
                .subcommand("create", TopicCreate.spec())
                .subcommand("list", TopicList.spec())
                .subcommand("describe", TopicDescribe.spec())
                .subcommand("alter", TopicAlter.spec())
                .subcommand("delete", TopicDelete.spec());
    }

    private static Spec group() {
        return Spec.group("List, describe, reset and delete consumer groups.")
                .subcommand("list", GroupList.spec())
                .subcommand("describe", GroupDescribe.spec())
                .subcommand("reset", GroupReset.spec())
                .subcommand("delete", GroupDelete.spec());
    }

    private static Spec log() {
        return Spec.group("Look into the files of a data folder, and repair them.")
                .subcommand("dump", LogDump.spec())
                .subcommand("verify", LogVerify.spec())
                .subcommand("stats", LogStats.spec())
                .subcommand("repair", LogRepair.spec());
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
