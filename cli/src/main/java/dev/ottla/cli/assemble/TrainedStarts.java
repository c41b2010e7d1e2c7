package dev.ottla.cli.assemble;

import dev.ottla.base.Clock;
import dev.ottla.cli.Main;
import dev.ottla.cli.kit.Interrupts;
import dev.ottla.cli.kit.Io;
import dev.ottla.cli.kit.Terminal;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Starts a broker as people do: on an empty folder, after a clean stop, after a crash, so that the JVM that runs this can keep in an AOT cache what each of
 * them needs. The first serves {@link TrainedCommands}, in another JVM, until there is a file named {@value #STOP}; by then a copy of its data, as a crash
 * would have left it, lies beside the data. The last is stopped by a signal. Both say where they serve.
 */
final class TrainedStarts {
    private static final String STOP = "stop";
    private static final long LOOK_EVERY_MS = 50;

    private TrainedStarts() {}

    /** @param args the folder of the data, its copy and the file */
    public static void main(String[] args) {
        Path folder = Path.of(args[0]);
        String[] data = startOn(folder.resolve("data"));
        String[] crashed = startOn(folder.resolve("crashed"));
        var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);

        require(run(data, System.out, stop -> {
            while (!Files.exists(folder.resolve(STOP))) {
                Thread.sleep(LOOK_EVERY_MS);
            }
            stop.run();
        }));
        require(run(data, nowhere, Runnable::run));
        // Should it refuse the copy, there is only less to learn.
        run(crashed, nowhere, Runnable::run);
        Main.main(data);
    }

    private static String[] startOn(Path data) {
        return new String[] {"start", "--port", "0", "--data", data.toString(), "--set", "ottla.metrics.port=0"};
    }

    /** Stops a broker, sooner or later. */
    @FunctionalInterface
    private interface Stopper {
        void stop(Runnable broker) throws InterruptedException;
    }

    private static void require(int code) {
        if (code != 0) {
            throw new IllegalStateException("A broker that was started to learn from ended with " + code);
        }
    }

    private static int run(String[] command, PrintStream out, Stopper stopper) {
        var io = new Io(
                InputStream.nullInputStream(),
                out,
                out,
                System.err,
                Terminal.NONE,
                Map.of(),
                Clock.system(),
                new StoppedBy(stopper));
        return Main.run(List.of(command), io);
    }

    private record StoppedBy(Stopper stopper) implements Interrupts {
        @Override
        public Registration onInterrupt(Runnable tidyUp) {
            return NONE.onInterrupt(tidyUp);
        }

        @Override
        public Registration onStop(Runnable stop) {
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    stopper.stop(stop);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            return () -> {};
        }
    }
}
