package dev.ottla.conformance;

/**
 * The text of a record's value: which topic's life, partition, sender and number it is, and padding that follows from its length. Only the
 * first part is remembered.
 */
final class CutValue {
    private static final char END = '|';

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
