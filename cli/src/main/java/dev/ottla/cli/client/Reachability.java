package dev.ottla.cli.client;

import dev.ottla.cli.kit.CommandFailure;
import dev.ottla.cli.kit.ExitCode;
import dev.ottla.cli.kit.Given;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * One connection attempt before the client starts. Kafka's client keeps trying until its time-out; a person wants to
 * hear at once that nothing listens there.
 */
public final class Reachability {
    private static final int MAX_PORT = 65_535;

    private Reachability() {}

    /** @throws CommandFailure UNREACHABLE when no address takes a connection, USAGE when one cannot be read */
    public static void check(ClientOptions options) {
        var problems = new ArrayList<String>();
        for (InetSocketAddress address : addresses(options.bootstrap())) {
            try (var socket = new Socket()) {
                if (address.isUnresolved()) {
                    problems.add(address.getHostString() + " has no address");
                    continue;
                }
                socket.connect(address, options.timeoutMs());
                return;
            } catch (IOException e) {
                problems.add(address.getHostString() + ":" + address.getPort() + ": " + e.getMessage());
            }
        }
        throw CommandFailure.of(
                        ExitCode.UNREACHABLE,
                        "No broker at %s (%s).".formatted(options.bootstrap(), String.join("; ", problems)))
                .hint("Start one with 'ottla start', or say where it is with --bootstrap or $%s."
                        .formatted(ClientOptions.BOOTSTRAP_VARIABLE));
    }

    private static List<InetSocketAddress> addresses(String bootstrap) {
        var addresses = new ArrayList<InetSocketAddress>();
        for (String text : bootstrap.split(",", -1)) {
            addresses.add(address(text.strip()));
        }
        return addresses;
    }

    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? text : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        int port = colon < 0 ? -1 : port(text.substring(colon + 1));
        if (host.isEmpty() || port < 0) {
            throw Given.usage("'%s' is not host:port.".formatted(text))
                    .hint("For example: --bootstrap %s".formatted(ClientOptions.DEFAULT_BOOTSTRAP));
        }
        return new InetSocketAddress(host, port);
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            return port > 0 && port <= MAX_PORT ? port : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
