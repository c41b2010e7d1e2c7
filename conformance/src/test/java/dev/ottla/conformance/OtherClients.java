package dev.ottla.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Clients of other languages: where they are, and what to install when they are not. */
final class OtherClients {
    /** Debian's own Python: its packages are not in another one. */
    private static final String PYTHON = "/usr/bin/python3";

    private static final Path FOLDER = Path.of("clients").toAbsolutePath();

    private OtherClients() {}

    static String kcat() {
        return program("kcat", "-V", "Debian package kcat");
    }

    static Command.Output python(String module, String debianPackage, String script, String... arguments) {
        return Command.run(
                pythonCommand(module, debianPackage, script, arguments).toArray(String[]::new));
    }

    static List<String> pythonCommand(String module, String debianPackage, String script, String... arguments) {
        program(PYTHON, "--version", "Debian package python3");
        if (Command.run(PYTHON, "-c", "import " + module).exitCode() != 0) {
            throw new AssertionError("missing: install the Debian package " + debianPackage);
        }
        List<String> command = new ArrayList<>();
        command.addAll(List.of(PYTHON, FOLDER.resolve("python").resolve(script).toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** @param script one of those in {@code clients/kafkajs} */
    static Command.Output kafkaJs(String script, String bootstrap, String topic) {
        return Command.run(kafkaJsCommand(script, bootstrap, topic).toArray(String[]::new));
    }

    static List<String> kafkaJsCommand(String script, String... arguments) {
        program("node", "--version", "Node.js 18 or later");
        Path folder = FOLDER.resolve("kafkajs");
        if (!Files.isDirectory(folder.resolve("node_modules/kafkajs"))) {
            throw new AssertionError("missing: kafkajs; run npm ci in " + folder + " (./check does)");
        }
        List<String> command =
                new ArrayList<>(List.of("node", folder.resolve(script).toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static String program(String name, String versionOption, String install) {
        try {
            new ProcessBuilder(name, versionOption)
                    .redirectErrorStream(true)
                    .start()
                    .getInputStream()
                    .readAllBytes();
            return name;
        } catch (IOException e) {
            throw new AssertionError("missing: " + name + "; install " + install, e);
        }
    }
}
