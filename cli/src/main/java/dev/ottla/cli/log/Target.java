package dev.ottla.cli.log;

import dev.ottla.base.Files;
import dev.ottla.broker.config.BrokerSettings;
import dev.ottla.cli.kit.CommandFailure;
import dev.ottla.cli.kit.ExitCode;
import dev.ottla.cli.kit.Given;
import dev.ottla.cli.kit.Io;
import dev.ottla.cli.kit.Spec;
import dev.ottla.log.inspect.DataFolder;
import dev.ottla.log.journal.JournalSettings;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What on the disk a command is about. */
sealed interface Target {
    String DATA = "--data";

    /** A data folder with all that is in it. */
    record Data(DataFolder folder) implements Target {}

    /** A partition's folder, in its data folder. */
    record Partition(DataFolder data, Path folder) implements Target {}

    /** The journal of a data folder. */
    record JournalFolder(DataFolder data) implements Target {}

    /** One file; {@code data} is the folder around its own, as far as that is one. */
    record OneFile(DataFolder data, Path file) implements Target {}

    /** The data folder that the target is in. */
    default DataFolder in() {
        return switch (this) {
            case Data target -> target.folder();
            case Partition target -> target.data();
            case JournalFolder target -> target.data();
            case OneFile target -> target.data();
        };
    }

    static Spec add(Spec spec) {
        return spec.text(
                new String[] {"-d", DATA},
                "DIR",
                "The data folder. Default: ./%s.".formatted(BrokerSettings.DEFAULT_DATA_FOLDER));
    }

    static Path data(Given given) {
        return path(given.text(DATA, BrokerSettings.DEFAULT_DATA_FOLDER.toString()));
    }

    /** The arguments as targets; the data folder when there are none. */
    static List<Target> of(Given given) throws IOException {
        List<Target> targets = new ArrayList<>();
        List<String> arguments = given.arguments(0);
        if (arguments.isEmpty()) {
            targets.add(folder(data(given)));
        }
        for (String argument : arguments) {
            targets.addAll(named(argument, data(given)));
        }
        return targets;
    }

    /** Says on standard error what cannot be settled while a broker runs. */
    static void warnOfMoving(List<Target> targets, Io io) {
        targets.stream()
                .map(Target::in)
                .filter(DataFolder::isMoving)
                .map(DataFolder::path)
                .distinct()
                .forEach(path ->
                        io.err().println("A process holds %s: the end of each log may be moving.".formatted(path)));
    }

    private static List<Target> named(String argument, Path data) throws IOException {
        Path path = path(argument);
        if (!argument.contains("/") && Files.system().exists(data.resolve(argument))) {
            path = data.resolve(argument);
        }
        if (!Files.system().exists(path)) {
            List<Target> partitions = partitionsOf(argument, data);
            if (partitions.isEmpty()) {
                throw CommandFailure.of(
                                ExitCode.USAGE,
                                "There is no topic, partition or file '%s' in %s.".formatted(argument, data))
                        .hint("%s names the data folder; a path may be given, too.".formatted(DATA));
            }
            return partitions;
        }
        if (Files.system().isFolder(path)) {
            return List.of(folder(path));
        }
        Path folder = parent(path);
        Path around = DataFolder.isOne(Files.system(), folder) ? folder : parent(folder);
        return List.of(new OneFile(open(around), path));
    }

    private static List<Target> partitionsOf(String topic, Path data) throws IOException {
        if (!Files.system().isFolder(data)) {
            return List.of();
        }
        DataFolder folder = open(data);
        Pattern name = Pattern.compile(Pattern.quote(topic) + "-\\d+");
        List<Target> found = new ArrayList<>();
        for (Path partition : folder.partitions()) {
            if (name.matcher(String.valueOf(partition.getFileName())).matches()) {
                found.add(new Partition(folder, partition));
            }
        }
        return found;
    }

    private static Target folder(Path path) throws IOException {
        if (!Files.system().isFolder(path)) {
            throw CommandFailure.of(ExitCode.USAGE, "There is no data folder %s.".formatted(path))
                    .hint("%s names another.".formatted(DATA));
        }
        if (DataFolder.isOne(Files.system(), path)) {
            return new Data(open(path));
        }
        if (path.endsWith(JournalSettings.FOLDER)) {
            return new JournalFolder(open(parent(path)));
        }
        for (Path file : Files.system().list(path)) {
            String name = String.valueOf(file.getFileName());
            if (name.endsWith(".log") || name.equals("partition.metadata")) {
                return new Partition(open(parent(path)), path);
            }
        }
        throw CommandFailure.of(ExitCode.USAGE, "%s is neither a data folder nor a partition's.".formatted(path));
    }

    /** @throws CommandFailure when it cannot be read */
    static DataFolder open(Path path) {
        try {
            return DataFolder.open(Files.system(), path);
        } catch (IOException unreadable) {
            throw CommandFailure.of(ExitCode.USAGE, "Cannot read %s: %s.".formatted(path, unreadable.getMessage()));
        }
    }

    private static Path parent(Path path) {
        @Nullable Path parent = path.toAbsolutePath().normalize().getParent();
        return parent == null ? path : parent;
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException malformed) {
            throw Given.usage("'%s' is not a path.".formatted(text));
        }
    }
}
