package dev.ottla.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
        program(PYTHON, "--version", "Debian package python3");
        if (Command.run(PYTHON, "-c", "import " + module).exitCode() != 0) {
            throw new AssertionError("missing: install the Debian package " + debianPackage);
        }
        String[] command = new String[2 + arguments.length];
        command[0] = PYTHON;
        command[1] = FOLDER.resolve("python").resolve(script).toString();
        System.arraycopy(arguments, 0, command, 2, arguments.length);
        return Command.run(command);
    }

    /** @param script one of those in {@code clients/kafkajs} */
    static Command.Output kafkaJs(String script, String bootstrap, String topic) {
        program("node", "--version", "Node.js 18 or later");
        Path folder = FOLDER.resolve("kafkajs");
        if (!Files.isDirectory(folder.resolve("node_modules/kafkajs"))) {
            throw new AssertionError("missing: kafkajs; run npm ci in " + folder + " (./check does)");
        }
        return Command.run("node", folder.resolve(script).toString(), bootstrap, topic);
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
