package dev.ottla.broker.cluster;

/** What a client says it is (KIP-511): letters and digits, with dots and dashes inside. It goes into logs and metrics, hence the rule. */
final class ClientSoftware {
    private ClientSoftware() {}

    static boolean isValid(String text) {
        if (text.isEmpty() || !isAlphanumeric(text.charAt(0)) || !isAlphanumeric(text.charAt(text.length() - 1))) {
            return false;
        }
        for (int i = 1; i < text.length() - 1; i++) {
            char c = text.charAt(i);
            if (!isAlphanumeric(c) && c != '.' && c != '-') {
                return false;
            }
        }
        return true;
    }

    private static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
