package dev.ottla.cli.kit;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Understands a command line, runs the command that it names, and turns every ending into words and an exit code. */
public final class Runner {
    private final String name;
    private final Spec root;
    private final Function<Throwable, CommandFailure> explain;

    /** @param explain what a failure that is not a {@link CommandFailure} means to a person */
    public Runner(String name, Spec root, Function<Throwable, CommandFailure> explain) {
        this.name = name;
        this.root = root;
        this.explain = explain;
    }

    /** Runs one command line to its end; answers its exit code. */
    public int run(List<String> arguments, Io io) {
        var line = new CommandLine(root.named(name), Spec.FACTORY);
        line.setColorScheme(Help.defaultColorScheme(io.terminal().out() ? Ansi.ON : Ansi.OFF));
        line.setUsageHelpAutoWidth(false);
        line.setUsageHelpWidth(100);
        line.setExpandAtFiles(false);
        boolean json = arguments.contains(Given.JSON);
        int code;
        try {
            code = run(deepest(line.parseArgs(arguments.toArray(String[]::new))), io);
        } catch (ParameterException e) {
            code = report(misunderstood(e), json, io);
        } catch (CommandFailure e) {
            code = report(e, json, io);
        } catch (Exception e) {
            code = report(explain.apply(e), json, io);
        }
        io.out().flush();
        io.err().flush();
        return code;
    }

    private static int run(ParseResult parsed, Io io) throws Exception {
        var spec = parsed.commandSpec();
        if (parsed.isUsageHelpRequested()) {
            spec.commandLine().usage(io.out());
            return ExitCode.OK.number();
        }
        if (spec.userObject() instanceof Action action) {
            action.run(new Given(parsed), io);
            return ExitCode.OK.number();
        }
        if (parsed.originalArgs().isEmpty()) {
            spec.commandLine().usage(io.err());
        }
        throw Given.usage("'%s' needs one of: %s."
                        .formatted(
                                spec.qualifiedName(),
                                String.join(", ", spec.subcommands().keySet())))
                .hint("Help: %s --help".formatted(spec.qualifiedName()));
    }

    private static ParseResult deepest(ParseResult parsed) {
        var deepest = parsed;
        while (deepest.hasSubcommand()) {
            deepest = deepest.subcommand();
        }
        return deepest;
    }

    private static CommandFailure misunderstood(ParameterException e) {
        var command = e.getCommandLine().getCommandSpec().qualifiedName();
        String what = e instanceof UnmatchedArgumentException unmatched
                ? unmatched(unmatched)
                : String.valueOf(e.getMessage()) + ".";
        return Given.usage(what).hint("Help: %s --help".formatted(command));
    }

    private static String unmatched(UnmatchedArgumentException e) {
        String first = e.getUnmatched().getFirst();
        String kind = first.startsWith("-")
                ? "option"
                : e.getCommandLine().getSubcommands().isEmpty() ? "further argument" : "command";
        List<String> near = e.getSuggestions();
        return "There is no %s '%s'.".formatted(kind, first)
                + (near.isEmpty() ? "" : " Did you mean %s?".formatted(String.join(" or ", near)));
    }

    private static int report(CommandFailure failure, boolean json, Io io) {
        io.out().flush();
        if (json) {
            io.err()
                    .println(Json.line(Json.object()
                            .with(
                                    "error",
                                    failure.error() == null ? failure.exitCode().name() : failure.error())
                            .with("message", failure.what())
                            .with("hint", failure.hint())
                            .with("exitCode", failure.exitCode().number())));
        } else {
            io.err().println("ottla: " + failure.what());
            @Nullable String hint = failure.hint();
            if (hint != null) {
                io.err().println("       " + hint);
            }
        }
        return failure.exitCode().number();
    }
}
