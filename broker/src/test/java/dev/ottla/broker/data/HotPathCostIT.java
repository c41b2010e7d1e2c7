package dev.ottla.broker.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.broker.Broker;
import dev.ottla.broker.RawClient;
import dev.ottla.broker.TestBrokers;
import dev.ottla.broker.wire.ApiKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.RequestHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a request may cost on the hot path: bytes allocated, system calls, bytes moved between the program and the kernel. Nothing is timed, so these bounds
 * hold on any machine; whoever makes a request dearer sees it here.
 */
class HotPathCostIT {
    private static final String LOOPS = "network-";
    private static final String JOURNAL = "ottla-journal-";
    private static final short PRODUCE_VERSION = 11;
    private static final short FETCH_VERSION = 12;
    private static final String ANOTHER_ADDRESS = "127.0.0.2";
    private static final int RECORDS = 150;
    private static final int RECORD_BYTES = 100;
    private static final int WARM_UP_REQUESTS = 6_000;
    private static final int REQUESTS = 512;
    private static final int MEASUREMENTS = 6;

    @TempDir
    private Path folder;

    private Broker broker;
    private RawClient client;

    @BeforeEach
    void start() throws Exception {
        broker = Broker.start(TestBrokers.settings(folder, Map.of("num.network.threads", "1")), Broker.HALT_PROCESS);
        client = new RawClient(address());
        CreateTopicsRequestData create = new CreateTopicsRequestData().setTimeoutMs(10_000);
        create.topics()
                .add(new CreatableTopic().setName("t").setNumPartitions(1).setReplicationFactor((short) 1));
        assertThat(client.call(create, 7, CreateTopicsResponseData.class)
                        .topics()
                        .iterator()
                        .next()
                        .errorCode())
                .isZero();
    }

    private InetSocketAddress address() {
        String[] address = broker.bootstrapAddress().split(":", -1);
        return new InetSocketAddress(address[0], Integer.parseInt(address[1]));
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        broker.close();
    }

    @Test
    void aProduceAllocatesLittleAndMovesItsBytesThreeTimes() throws Exception {
        // Given requests of one batch of 150 records of 100 bytes, each answered before the next is sent
        ByteBuffer request = produce();

        // When many are served
        Costs costs = measured(request, 1);

        // Then each takes four calls of the loop (read it, write the segment, be woken, answer) and two of the journal
        // (write, wake), and its bytes are read
        // from the socket, written to the segment, and to the journal in whole blocks
        assertThat(costs.loopAllocatedBytes()).isLessThanOrEqualTo(800);
        assertThat(costs.loopCalls()).isLessThanOrEqualTo(4.2);
        assertThat(costs.journalAllocatedBytes()).isLessThanOrEqualTo(100);
        assertThat(costs.journalCalls()).isLessThanOrEqualTo(2.2);
        assertThat(costs.movedBytes()).isLessThanOrEqualTo(3.4 * request.remaining());
    }

    @Test
    void producesThatComeTogetherShareCallsAndForces() throws Exception {
        // Given 32 requests on their way at once
        ByteBuffer request = produce();

        // When many are served
        Costs costs = measured(request, 32);

        // Then they share reads, answers, wake-ups and the journal's groups
        assertThat(costs.loopAllocatedBytes()).isLessThanOrEqualTo(700);
        assertThat(costs.loopCalls()).isLessThanOrEqualTo(2);
        assertThat(costs.journalCalls()).isLessThanOrEqualTo(0.5);
        assertThat(costs.movedBytes()).isLessThanOrEqualTo(3.2 * request.remaining());
    }

    @Test
    void aFetchFromAnotherMachineReadsNothingIntoTheProgram() throws Exception {
        // Given 64 KiB of records, and requests from another address that ask for all of them
        exchange(produce(), 4, 4);
        client.close();
        client = new RawClient(address(), InetAddress.getByName(ANOTHER_ADDRESS));

        // When many are served
        Costs costs = measured(fetch(), 1);

        // Then each is a read, a head and sendfiles, of which each counts as a read and a write
        assertThat(costs.loopAllocatedBytes()).isLessThanOrEqualTo(1_700);
        assertThat(costs.loopCalls()).isLessThanOrEqualTo(6.2);
        assertThat(costs.journalCalls()).isZero();
    }

    @Test
    void aFetchFromThisMachineIsReadOnceAndWrittenOnce() throws Exception {
        // Given 64 KiB of records, and requests that ask for all of them
        exchange(produce(), 4, 4);

        // When many are served
        Costs costs = measured(fetch(), 1);

        // Then each is the request, a look for the offset, one read of the records, and one write of head and records
        assertThat(costs.loopAllocatedBytes()).isLessThanOrEqualTo(1_700);
        assertThat(costs.loopCalls()).isLessThanOrEqualTo(4.2);
        assertThat(costs.journalCalls()).isZero();
        assertThat(costs.movedBytes()).isLessThanOrEqualTo(2.1 * 4 * produce().remaining());
    }

    private static ByteBuffer fetch() {
        return frame(ApiKeys.FETCH, FETCH_VERSION, Batches.fetch(Batches.topic("t", Uuid.ZERO_UUID, 0L)));
    }

    /** A request's, on average. */
    private record Costs(
            double loopAllocatedBytes,
            double loopCalls,
            double journalAllocatedBytes,
            double journalCalls,
            double movedBytes) {}

    private Costs measured(ByteBuffer request, int atOnce) throws IOException {
        exchange(request, WARM_UP_REQUESTS, atOnce);
        ThreadCosts loops = ThreadCosts.MOST;
        ThreadCosts journal = ThreadCosts.MOST;
        for (int i = 0; i < MEASUREMENTS; i++) {
            ThreadCosts loopsBefore = ThreadCosts.of(LOOPS);
            ThreadCosts journalBefore = ThreadCosts.of(JOURNAL);
            exchange(request, REQUESTS, atOnce);
            loops = loops.least(ThreadCosts.of(LOOPS).minus(loopsBefore));
            journal = journal.least(ThreadCosts.of(JOURNAL).minus(journalBefore));
        }
        return new Costs(
                (double) loops.allocatedBytes() / REQUESTS,
                (double) loops.calls() / REQUESTS,
                (double) journal.allocatedBytes() / REQUESTS,
                (double) journal.calls() / REQUESTS,
                (double) (loops.movedBytes() + journal.movedBytes()) / REQUESTS);
    }

    private static ByteBuffer produce() {
        return frame(ApiKeys.PRODUCE, PRODUCE_VERSION, Batches.produce(-1, "t", Uuid.ZERO_UUID, 0, batch()));
    }

    private void exchange(ByteBuffer request, int requests, int atOnce) throws IOException {
        for (int sent = 0; sent < requests; sent += atOnce) {
            for (int i = 0; i < atOnce; i++) {
                client.sendFrame(request.duplicate());
            }
            for (int i = 0; i < atOnce; i++) {
                client.readFrame();
            }
        }
    }

    private static ByteBuffer batch() {
        String[] values = new String[RECORDS];
        for (int i = 0; i < values.length; i++) {
            values[i] = "x".repeat(RECORD_BYTES);
        }
        return Batches.of(values);
    }

    private static ByteBuffer frame(ApiKeys key, short version, ApiMessage request) {
        RequestHeader header =
                new RequestHeader(org.apache.kafka.common.protocol.ApiKeys.forId(key.id), version, "cost", 1);
        ByteBuffer head = MessageUtil.toByteBufferAccessor(header.data(), header.headerVersion())
                .buffer();
        ByteBuffer body = MessageUtil.toByteBufferAccessor(request, version).buffer();
        return ByteBuffer.allocate(head.remaining() + body.remaining())
                .put(head)
                .put(body)
                .flip();
    }
}
