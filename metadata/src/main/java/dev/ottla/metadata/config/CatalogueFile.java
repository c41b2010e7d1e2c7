package dev.ottla.metadata.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the tables beside this class: {@code kafka-4.3.1.tsv} has the facts, {@code own.tsv} those of Ottla's own settings, {@code ottla.tsv} what
 * Ottla makes of each setting. A line of the last names one setting or, with a star at its end, all that begin so; the longest match counts.
 */
final class CatalogueFile {
    private static final String FACTS = "kafka-4.3.1.tsv";
    private static final String OWN = "own.tsv";
    private static final String DECISIONS = "ottla.tsv";

    /** One line of {@code ottla.tsv}. */
    private record Decision(
            SettingScope scope,
            String pattern,
            SettingStatus status,
            boolean live,
            @Nullable ValueRule only,
            String note) {}

    /** Those that name one setting, by scope and name, and those that name all that begin so, the longest first. */
    private record Decisions(Map<String, Decision> exact, List<Decision> prefixes) {
        static Decisions of(List<Decision> all) {
            Map<String, Decision> exact = new HashMap<>();
            List<Decision> prefixes = new ArrayList<>();
            for (Decision decision : all) {
                if (decision.pattern().endsWith("*")) {
                    prefixes.add(decision);
                } else if (exact.put(key(decision.scope(), decision.pattern()), decision) != null) {
                    throw new IllegalStateException(DECISIONS + " names " + decision.pattern() + " twice");
                }
            }
            prefixes.sort((one, other) ->
                    Integer.compare(other.pattern().length(), one.pattern().length()));
            return new Decisions(exact, prefixes);
        }

        private static String key(SettingScope scope, String name) {
            return scope.name() + ' ' + name;
        }

        Decision of(SettingScope scope, String name) {
            Decision named = exact.get(key(scope, name));
            if (named != null) {
                return named;
            }
            for (Decision decision : prefixes) {
                int length = decision.pattern().length() - 1;
                if (decision.scope() == scope && name.regionMatches(0, decision.pattern(), 0, length)) {
                    return decision;
                }
            }
            throw new IllegalStateException(DECISIONS + " does not say what becomes of " + name);
        }
    }

    private CatalogueFile() {}

    static List<Setting> read() {
        Decisions decisions = Decisions.of(
                lines(DECISIONS).stream().map(CatalogueFile::decision).toList());
        List<Setting> settings = new ArrayList<>();
        for (String resource : List.of(FACTS, OWN)) {
            for (String[] fields : lines(resource)) {
                SettingScope scope = scope(fields[0]);
                settings.add(setting(scope, fields, decisions.of(scope, fields[1])));
            }
        }
        return settings;
    }

    private static Setting setting(SettingScope scope, String[] fields, Decision decision) {
        boolean hasDefault = !fields[3].equals("<required>") && !fields[3].equals("<null>");
        return new Setting(
                scope,
                fields[1],
                SettingType.valueOf(fields[2].toUpperCase(Locale.ROOT)),
                hasDefault ? fields[3] : null,
                fields[3].equals("<required>"),
                Setting.Importance.valueOf(fields[4].toUpperCase(Locale.ROOT)),
                fields[5].equals("internal"),
                rule(fields[6]),
                updateMode(scope, fields[7]),
                synonyms(fields[8]),
                decision.status(),
                decision.live(),
                decision.only(),
                decision.note());
    }

    private static Decision decision(String[] fields) {
        return new Decision(
                scope(fields[0]),
                fields[1],
                status(fields[2]),
                fields[3].equals("live"),
                fields[4].equals("-") ? null : rule(fields[4]),
                fields[5].equals("-") ? "" : fields[5]);
    }

    private static SettingScope scope(String text) {
        return SettingScope.valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private static SettingStatus status(String text) {
        return switch (text) {
            case "works" -> SettingStatus.WORKS;
            case "no-effect" -> SettingStatus.ACCEPTED_WITHOUT_EFFECT;
            case "refused" -> SettingStatus.REFUSED;
            default -> throw new IllegalStateException(DECISIONS + " has an unknown status: " + text);
        };
    }

    /** Topic and group settings are not broker settings: Kafka changes them all live. */
    private static UpdateMode updateMode(SettingScope scope, String text) {
        return scope == SettingScope.TOPIC || scope == SettingScope.GROUP
                ? UpdateMode.CLUSTER_WIDE
                : UpdateMode.valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private static List<Synonym> synonyms(String text) {
        if (text.equals("-")) {
            return List.of();
        }
        return Arrays.stream(text.split(" ", -1)).map(CatalogueFile::synonym).toList();
    }

    private static Synonym synonym(String text) {
        int colon = text.indexOf(':');
        return colon < 0
                ? new Synonym(text, Synonym.Unit.SAME)
                : new Synonym(
                        text.substring(0, colon),
                        Synonym.Unit.valueOf(text.substring(colon + 1).toUpperCase(Locale.ROOT)));
    }

    private static ValueRule rule(String text) {
        int open = text.indexOf('(');
        int close = text.lastIndexOf(')');
        String kind = open < 0 ? text : text.substring(0, open);
        List<String> arguments = open < 0
                ? List.of()
                : Arrays.asList(text.substring(open + 1, close).split(",", -1));
        return switch (kind) {
            case "-", "not-null" -> ValueRule.ANY;
            case "range" -> new ValueRule.Range(arguments.get(0), arguments.get(1));
            case "one-of" -> new ValueRule.OneOf(arguments);
            case "one-of-any-case" -> new ValueRule.OneOfAnyCase(arguments);
            case "list" ->
                new ValueRule.ListOf(
                        arguments.equals(List.of("")) ? List.of() : arguments, text.contains(" not-empty"));
            case "at-most-one" -> new ValueRule.AtMostOne();
            case "same-set" -> new ValueRule.SameSet(arguments);
            case "not-empty" -> new ValueRule.NotEmpty();
            case "gzip-level" -> new ValueRule.GzipLevel();
            case "throttled-replicas" -> new ValueRule.ThrottledReplicas();
            case "host-ports" -> new ValueRule.HostPorts();
            case "voters" -> new ValueRule.Voters();
            case "share-offset-reset" -> new ValueRule.ShareOffsetReset();
            default -> throw new IllegalStateException("Unknown rule " + text);
        };
    }

    private static List<String[]> lines(String resource) {
        try (InputStream stream = CatalogueFile.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException("The resource " + resource + " is missing");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .map(line -> line.split("\t", -1))
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
