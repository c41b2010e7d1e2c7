package dev.ottla.cli.start;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.broker.Broker;
import dev.ottla.broker.config.BrokerSettings;
import dev.ottla.broker.config.InvalidSettingsException;
import dev.ottla.cli.kit.CommandFailure;
import dev.ottla.cli.kit.ExitCode;
import dev.ottla.cli.kit.Given;
import dev.ottla.cli.kit.Io;
import dev.ottla.cli.kit.Spec;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** `ottla start`: a broker in the foreground, until SIGTERM or SIGINT. */
public final class Start {
    private static final String PORT = "--port";
    private static final String DATA = "--data";
    private static final String CONFIG = "--config";
    private static final String SET = "--set";
    private static final int MAX_PORT = 65_535;

    private Start() {}

    public static Spec spec() {
        return Spec.command("Start a broker in the foreground; Ctrl-C stops it.", Start::run)
                .number(
                        new String[] {"-p", PORT},
                        "N",
                        "Listen on this port of the loopback interface; 0 takes a free one. Default: %d."
                                .formatted(BrokerSettings.DEFAULT_PORT))
                .text(
                        new String[] {"-d", DATA},
                        "DIR",
                        "Keep the data in this folder. Default: ./%s.".formatted(BrokerSettings.DEFAULT_DATA_FOLDER))
                .text(
                        new String[] {"-c", CONFIG},
                        "FILE",
                        "Read settings from a properties file with Kafka's names, as its server.properties.")
                .many(
                        new String[] {"-s", SET},
                        "NAME=VALUE",
                        "A setting by Kafka's name; wins over the file's. May be repeated.")
                .footer(
                        "",
                        "Once it serves, one line on standard output names the address and the data folder. The log goes to",
                        "standard error. Metrics: http://127.0.0.1:%d/metrics; --set %s=off turns them off."
                                .formatted(BrokerSettings.DEFAULT_METRICS_PORT, BrokerSettings.METRICS_PORT),
                        "",
                        "Examples:",
                        "  ottla start",
                        "  ottla start --port 19092 --data /var/lib/ottla --set log.retention.hours=24",
                        "  ottla start --set listeners=PLAINTEXT://0.0.0.0:9092");
    }

    private static void run(Given given, Io io) {
        var settings = settings(given);
        try (var broker = open(settings);
                var _ = io.interrupts().onStop(broker::close)) {
            io.out()
                    .println("Ottla is serving at %s, data in %s"
                            .formatted(broker.bootstrapAddress(), folders(broker.settings())));
            io.out().flush();
            broker.awaitStop();
        }
    }

    private static BrokerSettings settings(Given given) {
        var pairs = new ArrayList<>(given.many(SET));
        Long port = given.number(PORT);
        if (port != null) {
            if (port < 0 || port > MAX_PORT) {
                throw Given.usage("%s takes 0 to %d, not %d.".formatted(PORT, MAX_PORT, port));
            }
            if (pairs.stream().anyMatch(pair -> pair.startsWith("listeners="))) {
                throw Given.usage("%s and %s listeners exclude each other: give one.".formatted(PORT, SET));
            }
            pairs.add("listeners=" + BrokerSettings.loopback(Math.toIntExact(port)));
        }
        String data = given.text(DATA);
        if (data != null) {
            pairs.add("log.dirs=" + data);
        }
        return load(given.text(CONFIG), pairs);
    }

    private static BrokerSettings load(@Nullable String file, List<String> pairs) {
        try {
            return BrokerSettings.load(file == null ? null : Path.of(file), pairs);
        } catch (InvalidSettingsException e) {
            throw Given.usage(String.join(System.lineSeparator() + "       ", e.problems()));
        } catch (InvalidPathException e) {
            throw Given.usage("'%s' is not a path.".formatted(e.getInput()));
        }
    }

    private static Broker open(BrokerSettings settings) {
        try {
            return Broker.start(settings, Broker.HALT_PROCESS);
        } catch (OttlaException e) {
            throw failure(e);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private static CommandFailure failure(OttlaException e) {
        if (e.code() == ErrorCode.KAFKA_STORAGE_ERROR) {
            return CommandFailure.of(ExitCode.DATA_IN_USE, message(e))
                    .hint("Stop the other one, or choose another folder with %s.".formatted(DATA));
        }
        return CommandFailure.of(ExitCode.FAILED, message(e)).error(e.code().name());
    }

    private static CommandFailure failure(IOException e) {
        var failure = CommandFailure.of(ExitCode.FAILED, "The broker cannot start: " + message(e));
        return isTakenPort(e)
                ? failure.hint("Another process has the port: stop it, or choose another with %s.".formatted(PORT))
                : failure;
    }

    private static boolean isTakenPort(@Nullable Throwable failure) {
        return failure != null && (failure instanceof BindException || isTakenPort(failure.getCause()));
    }

    private static String message(Exception e) {
        String message = String.valueOf(e.getMessage()).strip();
        return message.endsWith(".") ? message : message + ".";
    }

    private static String folders(BrokerSettings settings) {
        return settings.dataFolders().stream().map(Path::toString).collect(Collectors.joining(", "));
    }
}
