package dev.ottla.base;

import java.nio.file.OpenOption;
import org.jspecify.annotations.Nullable;

/** The JDK's own option for writes past the page cache. Found by its name: it is no part of Java, and a JDK may be without it. */
final class DirectOption {
    private static final String OPTIONS = "com.sun.nio.file.ExtendedOpenOption";
    private static final String NAME = "DIRECT";

    private DirectOption() {}

    static @Nullable OpenOption find() {
        try {
            Object[] options = Class.forName(OPTIONS).getEnumConstants();
            for (int i = 0; options != null && i < options.length; i++) {
                if (options[i] instanceof OpenOption option && NAME.equals(option.toString())) {
                    return option;
                }
            }
            return null;
        } catch (ClassNotFoundException otherJdk) {
            return null;
        }
    }
}
