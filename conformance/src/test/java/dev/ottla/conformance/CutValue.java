package dev.ottla.conformance;

import org.jspecify.annotations.Nullable;

/**
 * The text of a record's value: which topic's life, partition, sender and number it is, and padding that follows from its length. Only the
 * first part is remembered.
 */
final class CutValue {
    private static final char END = '|';
    private static final char KEY_END = '=';
    private static final String TOMBSTONE = "";
    private static final int NUMBER_AT = 3;

    private CutValue() {}

    static String head(CutTopic topic, int partition, String sender, long number, int paddingBytes) {
        return topic.life() + "/" + partition + "/" + sender + "/" + number + "/" + paddingBytes;
    }

    static String of(String head) {
        return head + END + "x".repeat(padding(head));
    }

    /** The head of a value as read; what is not whole comes back as it is, and equals no head. */
    static String headOf(String value) {
        int end = value.indexOf(END);
        if (end < 0) {
            return value;
        }
        String head = value.substring(0, end);
        return of(head).equals(value) ? head : value;
    }

    /** What is remembered of a record: its value's head, with its key before it when it has one. */
    static String textOf(@Nullable String key, @Nullable String value) {
        String head = value == null ? TOMBSTONE : headOf(value);
        return key == null ? head : key + KEY_END + head;
    }

    static boolean hasKey(String text) {
        return text.indexOf(KEY_END) >= 0;
    }

    /** Of a text with a key. */
    static String keyOf(String text) {
        return text.substring(0, text.indexOf(KEY_END));
    }

    /** Of a text with a key. */
    static boolean isTombstone(String text) {
        return text.endsWith(KEY_END + TOMBSTONE);
    }

    /** Of a text with a key: the head alone. */
    static String withoutKey(String text) {
        return text.substring(text.indexOf(KEY_END) + 1);
    }

    static long numberOf(String head) {
        return Long.parseLong(head.split("/", -1)[NUMBER_AT]);
    }

    static int sizeBytes(String head) {
        return head.length() + 1 + padding(head);
    }

    static boolean isOf(String head, CutTopic topic, int partition) {
        return head.startsWith(topic.life() + "/" + partition + "/");
    }

    private static int padding(String head) {
        return Integer.parseInt(head.substring(head.lastIndexOf('/') + 1));
    }
}
