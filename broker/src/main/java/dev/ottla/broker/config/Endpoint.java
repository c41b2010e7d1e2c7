package dev.ottla.broker.config;

/**
 * One entry of {@code listeners} or {@code advertised.listeners}.
 *
 * @param listenerName upper case, such as {@code PLAINTEXT}
 * @param host a name or number; empty for all addresses of the machine
 * @param port 0 for one that the system chooses
 */
public record Endpoint(String listenerName, String host, int port) {
    /** Whether it stands for every address of the machine. */
    public boolean isWildcard() {
        return host.isEmpty() || host.equals("0.0.0.0") || host.equals("::");
    }

    @Override
    public String toString() {
        String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return listenerName + "://" + shown + ":" + port;
    }
}
