package dev.ottla.broker.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.ottla.base.Clock;
import dev.ottla.broker.wire.ApiKeys;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class MetricsServerTest {
    @Test
    void servesMetricsAndHealthOnLoopback() throws Exception {
        AtomicBoolean serving = new AtomicBoolean(true);
        try (MetricsServer server = MetricsServer.start(
                        0,
                        () -> "a 1\n",
                        () -> new MetricsServer.Health(serving.get(), serving.get() ? "RUNNING" : "FAILED"));
                HttpClient http = HttpClient.newHttpClient()) {
            assertThat(server.address().getAddress().isLoopbackAddress()).isTrue();
            assertThat(get(http, server, "/metrics").body()).isEqualTo("a 1\n");
            assertThat(get(http, server, "/health").statusCode()).isEqualTo(200);
            serving.set(false);
            HttpResponse<String> down = get(http, server, "/health");
            assertThat(down.statusCode()).isEqualTo(503);
            assertThat(down.body()).contains("FAILED");
            assertThatThrownBy(() -> MetricsServer.start(server.address().getPort(), () -> "", () -> null))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void recordingAllocatesNothing() {
        RequestMetrics metrics = new RequestMetrics(Clock.system());
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < 1000; i++) {
            metrics.onReply(ApiKeys.PRODUCE.id, 100, 200, 0);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 10_000; i++) {
            metrics.onReply(ApiKeys.PRODUCE.id, 100, 200, 0);
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1000);
    }

    @Test
    void latenciesFallIntoTheirBuckets() {
        ApiCounters counters = new ApiCounters();
        counters.onReply(1, 2, 10_000);
        counters.onReply(1, 2, 64_000);
        counters.onReply(1, 2, 127_999);
        counters.onReply(1, 2, Long.MAX_VALUE);
        assertThat(counters.latencyCounts()[0]).isEqualTo(1);
        assertThat(counters.latencyCounts()[1]).isEqualTo(2);
        assertThat(counters.latencyCounts()[ApiCounters.BUCKETS - 1]).isEqualTo(1);
        assertThat(counters.requestBytes()).isEqualTo(4);
        assertThat(counters.responseBytes()).isEqualTo(8);
    }

    @Test
    void namesAreEscaped() {
        assertThat(new PrometheusText().sample("m", 1, "topic", "a\"b\\c\n").toString())
                .isEqualTo("m{topic=\"a\\\"b\\\\c\\n\"} 1\n");
    }

    private static HttpResponse<String> get(HttpClient http, MetricsServer server, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + path);
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
}
