package dev.ottla.cli.kit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.ParseResult;

/** The understood command line of one command: options and arguments by name. */
public final class Given {
    /** The option that every command with a result has. */
    public static final String JSON = "--json";

    private final ParseResult parsed;

    public Given(ParseResult parsed) {
        this.parsed = parsed;
    }

    /** Whether a flag is there. */
    public boolean has(String option) {
        return parsed.hasMatchedOption(option);
    }

    public boolean json() {
        return has(JSON);
    }

    public @Nullable String text(String option) {
        return parsed.matchedOptionValue(option, null);
    }

    public String text(String option, String otherwise) {
        String value = text(option);
        return value == null ? otherwise : value;
    }

    public @Nullable Long number(String option) {
        return parsed.matchedOptionValue(option, null);
    }

    public long number(String option, long otherwise) {
        Long value = number(option);
        return value == null ? otherwise : value;
    }

    /** The values of an option that may be there many times, in order. */
    public List<String> many(String option) {
        List<String> values = parsed.matchedOptionValue(option, null);
        return values == null ? List.of() : values;
    }

    /** The arguments from position {@code first} on. */
    public List<String> arguments(int first) {
        var values = new ArrayList<String>();
        for (ArgSpec positional : parsed.matchedPositionals()) {
            values.addAll(positional.originalStringValues());
        }
        return values.size() <= first ? List.of() : List.copyOf(values.subList(first, values.size()));
    }

    /** The argument at a position that the parser has already asked for. */
    public String argument(int position) {
        return arguments(position).getFirst();
    }

    /** An option of `name=value` pairs: later ones win. */
    public Map<String, String> pairs(String option) {
        return pairs(option, many(option));
    }

    /** @param where the option or argument to name in the error */
    public static Map<String, String> pairs(String where, List<String> texts) {
        var pairs = new LinkedHashMap<String, String>();
        for (String text : texts) {
            int equals = text.indexOf('=');
            if (equals <= 0) {
                throw usage("%s takes name=value, not '%s'.".formatted(where, text));
            }
            pairs.put(text.substring(0, equals).strip(), text.substring(equals + 1));
        }
        return pairs;
    }

    /** The name that was not given exactly one of several options, for options that exclude each other. */
    public void atMostOne(String... options) {
        List<String> there = List.of(options).stream().filter(this::has).toList();
        if (there.size() > 1) {
            throw usage("%s exclude each other: give one.".formatted(String.join(" and ", there)));
        }
    }

    /** A command line that cannot be meant. */
    public static CommandFailure usage(String what) {
        return CommandFailure.of(ExitCode.USAGE, what);
    }
}
