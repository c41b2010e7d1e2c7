package dev.ottla.cli.records;

import org.jspecify.annotations.Nullable;

/** Separators are often characters that a shell makes hard to type. */
final class Escapes {
    private Escapes() {}

    /** {@code \t}, {@code \n} and {@code \0} written out become the character. */
    static String plain(@Nullable String text, String otherwise) {
        return text == null
                ? otherwise
                : text.replace("\\t", "\t").replace("\\n", "\n").replace("\\0", "\0");
    }
}
