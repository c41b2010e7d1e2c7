package dev.ottla.cli;

import dev.ottla.base.Clock;
import dev.ottla.cli.client.Failures;
import dev.ottla.cli.kit.Interrupts;
import dev.ottla.cli.kit.Io;
import dev.ottla.cli.kit.Runner;
import dev.ottla.cli.kit.ShutdownInterrupts;
import dev.ottla.cli.kit.Terminal;
import dev.ottla.cli.start.WarmUp;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The entry of the `ottla` command. */
public final class Main {
    private static final String LOG_LEVEL = "org.slf4j.simpleLogger.defaultLogLevel";
    private static final int OUTPUT_BUFFER = 64 * 1024;

    private Main() {}

    public static void main(String[] args) {
        if (isBroker(args)) {
            WarmUp.begin();
        }
        chooseLogLevel(args);
        ClassPathLooks.save();
        var out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), OUTPUT_BUFFER);
        var io = new Io(
                System.in,
                new PrintStream(out, false, StandardCharsets.UTF_8),
                out,
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                Terminal.parse(System.getProperty("ottla.terminal", "")),
                System.getenv(),
                Clock.system(),
                new ShutdownInterrupts());
        System.exit(run(List.of(args), io));
    }

    /** Runs one command inside this JVM, with nobody at a terminal. Answers its exit code. */
    public static int run(List<String> args, InputStream in, PrintStream out, PrintStream err) {
        return run(args, new Io(in, out, out, err, Terminal.NONE, System.getenv(), Clock.system(), Interrupts.NONE));
    }

    /** Runs one command in the world that {@code io} describes. Answers its exit code. */
    public static int run(List<String> args, Io io) {
        return new Runner("ottla", Ottla.spec(args), Failures::explain).run(args, io);
    }

    /** The client library logs what the command already says better; a broker's log is wanted. */
    private static void chooseLogLevel(String[] args) {
        if (System.getProperty(LOG_LEVEL) == null) {
            String wanted = System.getenv("OTTLA_LOG");
            System.setProperty(LOG_LEVEL, wanted != null ? wanted : isBroker(args) ? "info" : "off");
        }
    }

    private static boolean isBroker(String[] args) {
        return args.length > 0 && args[0].equals("start");
    }
}
