package dev.ottla.broker.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * {@code /metrics} for Prometheus and {@code /health}, on loopback only: nobody else can ask. Health is 200 while the broker serves, else
 * 503, with the state's name.
 */
public final class MetricsServer implements AutoCloseable {
    private static final int BACKLOG = 16;
    private static final int OK = 200;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int UNAVAILABLE = 503;

    private final HttpServer server;
    private final ExecutorService threads;

    private MetricsServer(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /** What {@code /health} says. */
    public record Health(boolean serving, String state) {}

    /**
     * Listens.
     *
     * @param port 0 for one that the system chooses
     * @throws IOException when the port cannot be had
     */
    public static MetricsServer start(int port, Supplier<String> page, Supplier<Health> health) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        server.setExecutor(threads);
        server.createContext("/metrics", exchange -> answer(exchange, OK, "text/plain; version=0.0.4", page.get()));
        server.createContext("/health", exchange -> {
            Health now = health.get();
            String body =
                    "{\"status\":\"" + (now.serving() ? "up" : "down") + "\",\"state\":\"" + now.state() + "\"}\n";
            answer(exchange, now.serving() ? OK : UNAVAILABLE, "application/json", body);
        });
        server.start();
        return new MetricsServer(server, threads);
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static void answer(HttpExchange exchange, int status, String type, String body) throws IOException {
        try (exchange) {
            if (!exchange.getRequestMethod().equals("GET")) {
                exchange.sendResponseHeaders(METHOD_NOT_ALLOWED, -1);
                return;
            }
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}
