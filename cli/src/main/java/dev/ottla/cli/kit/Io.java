package dev.ottla.cli.kit;

import dev.ottla.base.Clock;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Map;

/**
 * The world as a command sees it.
 *
 * @param out results, for people and programs
 * @param data the same as {@code out}, for bytes: unlike a PrintStream, it tells when it cannot write
 * @param err progress, remarks and errors
 * @param environment environment variables by name
 */
public record Io(
        InputStream in,
        PrintStream out,
        OutputStream data,
        PrintStream err,
        Terminal terminal,
        Map<String, String> environment,
        Clock clock,
        Interrupts interrupts) {}
