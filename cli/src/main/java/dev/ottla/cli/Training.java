package dev.ottla.cli;

import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What the launcher runs once after a build, so that the JVM can keep what it learns in an AOT cache. */
final class Training {
    private Training() {}

    public static void main(String[] args) {
        run("--help");
        run("cluster", "info", "--bootstrap", "localhost:1");
    }

    private static void run(String... command) {
        var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Main.run(List.of(command), new ByteArrayInputStream(new byte[0]), nowhere, nowhere);
    }
}
