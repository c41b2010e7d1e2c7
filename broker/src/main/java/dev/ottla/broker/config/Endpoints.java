package dev.ottla.broker.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code listeners}, {@code advertised.listeners} and {@code listener.security.protocol.map} with Kafka's rules. */
final class Endpoints {
    private static final Pattern FORM = Pattern.compile("([^:/]+)://\\[?([0-9a-zA-Z\\-._:%]*)]?:(-?[0-9]+)");
    private static final int MAX_PORT = 65_535;

    private final List<String> problems;

    Endpoints(List<String> problems) {
        this.problems = problems;
    }

    /** Where to listen; controller listeners, which a single node has no use for, are left out. */
    List<Endpoint> listeners(List<String> entries, List<String> controllerNames, List<String> protocolMap) {
        Map<String, String> protocols = protocols(protocolMap);
        List<Endpoint> listeners = new ArrayList<>();
        for (Endpoint endpoint : endpoints("listeners", entries)) {
            if (controllerNames.contains(endpoint.listenerName())) {
                continue;
            }
            String protocol = protocols.get(endpoint.listenerName());
            if (protocol == null) {
                problems.add("listeners: no security protocol is known for listener " + endpoint.listenerName()
                        + "; add it to listener.security.protocol.map");
            } else if (!protocol.equals("PLAINTEXT")) {
                problems.add("listeners: " + endpoint + " speaks " + protocol + "; Ottla speaks PLAINTEXT only so far");
            }
            listeners.add(endpoint);
        }
        if (listeners.isEmpty() && problems.isEmpty()) {
            problems.add("listeners: there must be at least one for clients, such as PLAINTEXT://127.0.0.1:9092");
        }
        return listeners;
    }

    /** What clients are told, each of a listener's name. */
    List<Endpoint> advertised(List<String> entries, List<Endpoint> listeners, List<String> controllerNames) {
        Set<String> known = new HashSet<>();
        listeners.forEach(listener -> known.add(listener.listenerName()));
        List<Endpoint> advertised = new ArrayList<>();
        for (Endpoint endpoint : endpoints("advertised.listeners", entries)) {
            if (controllerNames.contains(endpoint.listenerName())) {
                continue;
            }
            if (!known.contains(endpoint.listenerName())) {
                problems.add("advertised.listeners: there is no listener " + endpoint.listenerName());
            } else if (endpoint.isWildcard()) {
                problems.add("advertised.listeners: " + endpoint + " is no address that a client can connect to");
            }
            advertised.add(endpoint);
        }
        return advertised;
    }

    private List<Endpoint> endpoints(String setting, List<String> entries) {
        List<Endpoint> endpoints = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (String entry : entries) {
            Matcher matcher = FORM.matcher(entry);
            if (!matcher.matches()) {
                problems.add(setting + ": '" + entry + "' is not of the form NAME://HOST:PORT");
                continue;
            }
            String name = matcher.group(1).toUpperCase(Locale.ROOT);
            int port = port(matcher.group(3));
            if (port < 0) {
                problems.add(setting + ": " + matcher.group(3) + " is no port; ports are 0 to " + MAX_PORT);
            }
            if (!names.add(name)) {
                problems.add(setting + ": each listener must have a different name, " + name + " is there twice");
            }
            endpoints.add(new Endpoint(name, matcher.group(2), Math.max(port, 0)));
        }
        return endpoints;
    }

    private Map<String, String> protocols(List<String> entries) {
        Map<String, String> protocols = new HashMap<>();
        for (String entry : entries) {
            int colon = entry.lastIndexOf(':');
            if (colon <= 0) {
                problems.add("listener.security.protocol.map: '" + entry + "' is not of the form NAME:PROTOCOL");
                continue;
            }
            protocols.put(
                    entry.substring(0, colon).strip().toUpperCase(Locale.ROOT),
                    entry.substring(colon + 1).strip().toUpperCase(Locale.ROOT));
        }
        return protocols;
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            return port > MAX_PORT ? -1 : port;
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
