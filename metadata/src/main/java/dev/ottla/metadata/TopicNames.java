package dev.ottla.metadata;

import org.jspecify.annotations.Nullable;

/** What a topic may be called, with Kafka's messages. */
public final class TopicNames {
    /** A name with its partition number must fit in a file name. */
    public static final int MAX_LENGTH = 249;

    private TopicNames() {}

    /** Why a name is not legal, or null when it is. */
    public static @Nullable String problem(String name) {
        if (name.isEmpty()) {
            return "Topic name is invalid: the empty string is not allowed";
        }
        if (name.equals(".") || name.equals("..")) {
            return "Topic name is invalid: '" + name + "' is not allowed";
        }
        if (name.length() > MAX_LENGTH) {
            return "Topic name is invalid: the length of '" + name + "' is longer than the max allowed length "
                    + MAX_LENGTH;
        }
        for (int i = 0; i < name.length(); i++) {
            if (!isLegal(name.charAt(i))) {
                return "Topic name is invalid: '" + name + "' contains one or more characters other than "
                        + "ASCII alphanumerics, '.', '_' and '-'";
            }
        }
        return null;
    }

    /** Whether metrics could take it for another topic: Kafka writes both {@code .} and {@code _} as {@code _}. */
    public static boolean canCollide(String name) {
        return name.indexOf('.') >= 0 || name.indexOf('_') >= 0;
    }

    /** The form in which colliding names are equal. */
    public static String unified(String name) {
        return name.replace('.', '_');
    }

    private static boolean isLegal(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == '-';
    }
}
