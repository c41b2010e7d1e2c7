package dev.ottla.conformance;

import static dev.ottla.conformance.TransactionRequests.add;
import static dev.ottla.conformance.TransactionRequests.awaitState;
import static dev.ottla.conformance.TransactionRequests.begin;
import static dev.ottla.conformance.TransactionRequests.end;
import static dev.ottla.conformance.TransactionRequests.produce;

import dev.ottla.conformance.TransactionRequests.Sender;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData;
import org.apache.kafka.common.message.EndTxnResponseData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.RequestHeader;

/** Requests of transactions that are sent before the answers to those before them are here. */
final class TransactionOrderScenarios {
    private static final int ADD = 3;
    private static final int END_1 = 4;
    private static final int END_2 = 5;
    private static final int PRODUCE_1 = 11;
    private static final int PRODUCE_2 = 12;
    private static final int TRANSACTIONS = 20;
    private static final int TRIES = 200;
    private static final byte READ_COMMITTED = 1;

    private TransactionOrderScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("txn-order-pipelined", TransactionOrderScenarios::pipelined),
                new Scenario("txn-order-concurrent", TransactionOrderScenarios::concurrent));
    }

    /** While a transaction is being ended its producer is told to come again. How long that is nobody knows, so it is tried until it was seen. */
    private static void concurrent(Session s) throws IOException {
        TransactionScenarios.awaitCoordinator(s);
        String topic = s.createTopic("t", 8, Map.of());
        for (int version : WantedApis.of(ApiKeys.END_TXN).list()) {
            Sender a = begin(s, s.topic("id" + version));
            boolean endRefused = false;
            boolean addRefused = false;
            for (int i = 0; i < TRIES && !(endRefused && addRefused); i++) {
                if (version < END_2) {
                    s.peek(add(a, topic, 0, 1, 2, 3, 4, 5, 6, 7), ADD);
                } else {
                    s.peek(produce(a, topic, 0, 0, "a"), PRODUCE_2);
                }
                Sender next = version < END_2 ? a : a.next();
                RequestHeader first = send(s, end(a, true), version);
                RequestHeader again = send(s, end(a, true), version);
                RequestHeader more = send(s, add(next, topic, 0), ADD);
                var _ = isOneOf(receive(s, first), Errors.NONE);
                endRefused |= isOneOf(receive(s, again), Errors.NONE, Errors.CONCURRENT_TRANSACTIONS);
                boolean refused = isOneOf(receive(s, more), Errors.NONE, Errors.CONCURRENT_TRANSACTIONS);
                addRefused |= refused;
                awaitState(s, a, refused ? "CompleteCommit" : "Ongoing");
                if (!refused) {
                    s.peek(end(next, false), END_1);
                    awaitState(s, a, "CompleteAbort");
                }
                a = next;
            }
            s.say("EndTxn v" + version + " seen: " + endRefused + ", AddPartitionsToTxn v3 behind it: " + addRefused);
        }
    }

    /** Whether it is the last one of those that it may be. */
    private static boolean isOneOf(int code, Errors... allowed) {
        if (!List.of(allowed).contains(Errors.forCode((short) code))) {
            throw new AssertionError(Errors.forCode((short) code) + " is none of " + List.of(allowed));
        }
        return allowed[allowed.length - 1].code() == code;
    }

    /** Clients may send records right behind the request that adds their partition: none overtakes it. */
    private static void pipelined(Session s) throws IOException {
        TransactionScenarios.awaitCoordinator(s);
        String topic = s.createTopic("t", TRANSACTIONS, Map.of());
        Sender a = begin(s, s.topic("id"));
        for (int partition = 0; partition < TRANSACTIONS; partition++) {
            // When all of a transaction is sent at once
            List<RequestHeader> sent = List.of(
                    send(s, add(a, topic, partition), ADD),
                    send(s, produce(a, topic, partition, 0, "a"), PRODUCE_1),
                    send(s, produce(a, topic, partition, 1, "b"), PRODUCE_1),
                    send(s, end(a, true), END_1));
            // Then each finds what was sent before it
            for (RequestHeader header : sent) {
                s.say(partition + " " + header.apiKey() + " " + receive(s, header));
            }
            awaitState(s, a, "CompleteCommit");
        }
        s.ask(
                Requests.fetch(Requests.fetchTopic(topic, s.topicId(topic), Requests.from(0, 0)))
                        .setIsolationLevel(READ_COMMITTED),
                12);
    }

    private static RequestHeader send(Session s, ApiMessage request, int version) {
        return RawClient.header(
                ApiKeys.forId(request.apiKey()), version, s.connection().sendOnly(request, version));
    }

    private static int receive(Session s, RequestHeader header) throws IOException {
        return code(RawClient.decode(s.connection().receive(), header));
    }

    private static int code(ApiMessage reply) {
        return switch (reply) {
            case AddPartitionsToTxnResponseData added ->
                added.resultsByTopicV3AndBelow()
                        .iterator()
                        .next()
                        .resultsByPartition()
                        .iterator()
                        .next()
                        .partitionErrorCode();
            case ProduceResponseData produced ->
                produced.responses()
                        .iterator()
                        .next()
                        .partitionResponses()
                        .getFirst()
                        .errorCode();
            case EndTxnResponseData ended -> ended.errorCode();
            default -> throw new IllegalStateException(reply.toString());
        };
    }
}
