package dev.ottla.cli.kit;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Builds picocli's model of a command by calls instead of annotations: no reflection at start-up. */
public final class Spec {
    /** Picocli's own looks for Groovy, and a look for a class that is not there opens every jar on the class path. */
    static final CommandLine.IFactory FACTORY = new CommandLine.IFactory() {
        @Override
        public <K> K create(Class<K> type) throws Exception {
            return type.isAssignableFrom(ArrayList.class)
                    ? type.cast(new ArrayList<>())
                    : type.getDeclaredConstructor().newInstance();
        }
    };

    private final CommandSpec spec;

    private Spec(CommandSpec spec, String summary) {
        this.spec = spec;
        spec.usageMessage().description(summary);
        spec.usageMessage().sortOptions(false);
        spec.usageMessage().abbreviateSynopsis(true);
        spec.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .order(1000)
                .description("Show this help.")
                .build());
    }

    /** A command that does something. */
    public static Spec command(String summary, Action action) {
        return new Spec(CommandSpec.wrapWithoutInspection(action, FACTORY), summary);
    }

    /** A command that only holds others. */
    public static Spec group(String summary) {
        return new Spec(CommandSpec.wrapWithoutInspection(null, FACTORY), summary);
    }

    public Spec flag(String name, String description) {
        return flag(new String[] {name}, description);
    }

    public Spec flag(String[] names, String description) {
        spec.addOption(OptionSpec.builder(names)
                .type(boolean.class)
                .arity("0")
                .description(description)
                .build());
        return this;
    }

    public Spec text(String[] names, String label, String description) {
        return option(names, label, description, String.class);
    }

    public Spec text(String name, String label, String description) {
        return text(new String[] {name}, label, description);
    }

    /** A whole number. */
    public Spec number(String[] names, String label, String description) {
        return option(names, label, description, Long.class);
    }

    public Spec number(String name, String label, String description) {
        return number(new String[] {name}, label, description);
    }

    /** An option that may be given many times. */
    public Spec many(String[] names, String label, String description) {
        spec.addOption(OptionSpec.builder(names)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .arity("1")
                .paramLabel(label)
                .description(description)
                .build());
        return this;
    }

    public Spec many(String name, String label, String description) {
        return many(new String[] {name}, label, description);
    }

    private Spec option(String[] names, String label, String description, Class<?> type) {
        spec.addOption(OptionSpec.builder(names)
                .type(type)
                .arity("1")
                .paramLabel(label)
                .description(description)
                .build());
        return this;
    }

    /** An argument that must be there. */
    public Spec argument(int position, String label, String description) {
        return positional(Integer.toString(position), "1", label, description);
    }

    /**
     * The rest of the arguments.
     *
     * @param atLeast how many must be there
     */
    public Spec arguments(int first, int atLeast, String label, String description) {
        return positional(first + "..*", atLeast + "..*", label, description);
    }

    private Spec positional(String index, String arity, String label, String description) {
        spec.addPositional(PositionalParamSpec.builder()
                .index(index)
                .arity(arity)
                .required(!arity.startsWith("0"))
                .type(arity.endsWith("*") ? List.class : String.class)
                .auxiliaryTypes(String.class)
                .paramLabel(label)
                .description(description)
                .build());
        return this;
    }

    public Spec json() {
        return flag(Given.JSON, "Print JSON, for programs.");
    }

    public Spec subcommand(String name, Spec subcommand) {
        spec.addSubcommand(name, new CommandLine(subcommand.spec, FACTORY));
        return this;
    }

    /** Lines below the options: examples, formats, exit codes. */
    public Spec footer(String... lines) {
        spec.usageMessage().footer(lines);
        return this;
    }

    CommandSpec named(String name) {
        return spec.name(name);
    }
}
