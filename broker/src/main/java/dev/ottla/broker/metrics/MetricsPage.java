package dev.ottla.broker.metrics;

import dev.ottla.base.OttlaException;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.log.Compaction;
import dev.ottla.log.LogFolder;
import dev.ottla.log.PartitionLog;
import dev.ottla.network.NetworkMetrics;
import dev.ottla.replication.Partition;
import dev.ottla.replication.Partitions;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.Supplier;

/** All that is measured, as one page for Prometheus. Made when asked for: nothing here costs anything on the way of a request. */
public final class MetricsPage {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MICROS_PER_SECOND = 1e6;

    private final RequestMetrics requests;
    private final NetworkMetrics network;
    private final Partitions partitions;
    private final Supplier<List<LogFolder>> folders;
    private final Supplier<Compaction.Stats> compaction;
    private final Supplier<GroupLags> lags;
    private final List<ApiKeys> served;

    public MetricsPage(
            RequestMetrics requests,
            NetworkMetrics network,
            Partitions partitions,
            Supplier<List<LogFolder>> folders,
            Supplier<Compaction.Stats> compaction,
            Supplier<GroupLags> lags,
            List<ApiKeys> served) {
        this.requests = requests;
        this.network = network;
        this.partitions = partitions;
        this.folders = folders;
        this.compaction = compaction;
        this.lags = lags;
        this.served = List.copyOf(served);
    }

    public String text() {
        PrometheusText page = new PrometheusText();
        requests(page);
        latencies(page);
        network(page);
        partitions(page);
        JournalMetrics.write(page, folders.get());
        compaction(page);
        lags.get().write(page);
        memory(page);
        return page.toString();
    }

    private void requests(PrometheusText page) {
        page.metric("ottla_request_errors_total", "counter", "Requests that failed as a whole");
        served.forEach(api -> page.sample("ottla_request_errors_total", of(api).errors(), "api", api.name));
        page.metric("ottla_request_bytes_total", "counter", "Bytes of request frames");
        served.forEach(api -> page.sample("ottla_request_bytes_total", of(api).requestBytes(), "api", api.name));
        page.metric("ottla_response_bytes_total", "counter", "Bytes of response frames");
        served.forEach(api -> page.sample("ottla_response_bytes_total", of(api).responseBytes(), "api", api.name));
    }

    /** From the whole frame's arrival to the reply's hand-over; the histogram's count is the number of requests. */
    private void latencies(PrometheusText page) {
        String name = "ottla_request_duration_seconds";
        page.metric(name, "histogram", "From a request's arrival to its reply");
        for (ApiKeys api : served) {
            long[] counts = of(api).latencyCounts();
            long total = 0;
            for (int i = 0; i < counts.length; i++) {
                total += counts[i];
                long bound = ApiCounters.upperBoundMicros(i);
                String le = bound == Long.MAX_VALUE ? "+Inf" : Double.toString(bound / MICROS_PER_SECOND);
                page.sample(name + "_bucket", total, "api", api.name, "le", le);
            }
            page.fraction(name + "_sum", of(api).latencyNanos() / NANOS_PER_SECOND, "api", api.name);
            page.sample(name + "_count", total, "api", api.name);
        }
    }

    private void network(PrometheusText page) {
        page.metric("ottla_connections", "gauge", "Open connections")
                .sample("ottla_connections", network.connectionsOpen());
        page.metric("ottla_connections_accepted_total", "counter", "Connections taken in")
                .sample("ottla_connections_accepted_total", network.connectionsAccepted());
        page.metric("ottla_connections_refused_total", "counter", "Connections closed at once because of a limit")
                .sample("ottla_connections_refused_total", network.connectionsRefused());
        page.metric("ottla_network_received_bytes_total", "counter", "Bytes read from sockets")
                .sample("ottla_network_received_bytes_total", network.bytesIn());
        page.metric("ottla_network_sent_bytes_total", "counter", "Bytes written to sockets")
                .sample("ottla_network_sent_bytes_total", network.bytesOut());
        page.metric("ottla_network_buffer_bytes", "gauge", "Direct memory held by frames and replies")
                .sample("ottla_network_buffer_bytes", network.bufferBytesInUse());
    }

    private void partitions(PrometheusText page) {
        List<Partition> all = partitions.all();
        page.metric("ottla_partitions", "gauge", "Partitions on this broker").sample("ottla_partitions", all.size());
        page.metric("ottla_log_size_bytes", "gauge", "Bytes of a partition's log");
        all.forEach(partition -> sample(page, "ottla_log_size_bytes", partition, Value.SIZE));
        page.metric("ottla_log_start_offset", "gauge", "The first offset of a partition's log");
        all.forEach(partition -> sample(page, "ottla_log_start_offset", partition, Value.START));
        page.metric("ottla_log_end_offset", "gauge", "The offset that the next record of a partition gets");
        all.forEach(partition -> sample(page, "ottla_log_end_offset", partition, Value.END));
    }

    private void compaction(PrometheusText page) {
        Compaction.Stats stats = compaction.get();
        page.metric("ottla_compactions_total", "counter", "Logs that were compacted")
                .sample("ottla_compactions_total", stats.cleanings());
        page.metric("ottla_compaction_read_bytes_total", "counter", "Bytes of the segments that were compacted")
                .sample("ottla_compaction_read_bytes_total", stats.bytesBefore());
        page.metric("ottla_compaction_written_bytes_total", "counter", "Bytes of the segments that took their place")
                .sample("ottla_compaction_written_bytes_total", stats.bytesAfter());
        page.metric("ottla_uncleanable_partitions", "gauge", "Logs that cannot be compacted, see the broker's log")
                .sample("ottla_uncleanable_partitions", stats.uncleanablePartitions());
    }

    private enum Value {
        SIZE,
        START,
        END
    }

    private static void sample(PrometheusText page, String name, Partition partition, Value value) {
        PartitionLog log;
        try {
            log = partition.log();
        } catch (OttlaException offline) {
            return;
        }
        long number = switch (value) {
            case SIZE -> log.sizeBytes();
            case START -> log.startOffset();
            case END -> log.endOffset();
        };
        page.sample(
                name,
                number,
                "topic",
                partition.id().topic(),
                "partition",
                Integer.toString(partition.id().partition()));
    }

    private static void memory(PrometheusText page) {
        Runtime runtime = Runtime.getRuntime();
        page.metric("ottla_memory_heap_used_bytes", "gauge", "Java heap in use")
                .sample("ottla_memory_heap_used_bytes", runtime.totalMemory() - runtime.freeMemory());
        page.metric("ottla_memory_heap_max_bytes", "gauge", "Java heap at most")
                .sample("ottla_memory_heap_max_bytes", runtime.maxMemory());
        page.metric("ottla_memory_buffers_bytes", "gauge", "Memory of buffers outside the heap");
        for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            page.sample("ottla_memory_buffers_bytes", pool.getMemoryUsed(), "pool", pool.getName());
        }
    }

    private ApiCounters of(ApiKeys api) {
        return requests.of(api.id);
    }
}
