package dev.ottla.conformance;

import static dev.ottla.conformance.TransactionRequests.add;
import static dev.ottla.conformance.TransactionRequests.addOfBroker;
import static dev.ottla.conformance.TransactionRequests.awaitState;
import static dev.ottla.conformance.TransactionRequests.begin;
import static dev.ottla.conformance.TransactionRequests.describe;
import static dev.ottla.conformance.TransactionRequests.end;
import static dev.ottla.conformance.TransactionRequests.init;
import static dev.ottla.conformance.TransactionRequests.produce;

import dev.ottla.conformance.TransactionRequests.Sender;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.EndTxnResponseData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.ListTransactionsRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/** Transactional ids and their coordinator (corners 34 to 39): InitProducerId, AddPartitionsToTxn, EndTxn in both versions of the protocol, Describe and List. */
final class TransactionScenarios {
    private static final int FIRST_INIT_WITH_EPOCH = 3;
    private static final int LAST_ADD_OF_CLIENTS = 3;
    private static final int LAST_END_1 = 4;
    private static final int END_2 = 5;
    private static final int PRODUCE_1 = 11;
    private static final int PRODUCE_2 = 12;
    private static final byte TRANSACTION = 1;

    private TransactionScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("txn-init-each", TransactionScenarios::initEach),
                new Scenario("txn-init-again", TransactionScenarios::initAgain),
                new Scenario("txn-add-each", TransactionScenarios::addEach),
                new Scenario("txn-add-brokers", TransactionScenarios::addOfBrokers),
                new Scenario("txn-end-each", TransactionScenarios::endEach),
                new Scenario("txn-end-second", TransactionScenarios::endSecond),
                new Scenario("txn-end-mixed", TransactionScenarios::endMixed),
                new Scenario("txn-fence", TransactionScenarios::fence),
                new Scenario("txn-timeout", TransactionScenarios::timeout),
                new Scenario("txn-verify", TransactionScenarios::verify),
                new Scenario("txn-describe", TransactionScenarios::describeAndList));
    }

    /** Apache Kafka makes the topic and answers that there is no coordinator yet. */
    static void awaitCoordinator(Session s) {
        FindCoordinatorRequestData request =
                new FindCoordinatorRequestData().setKeyType(TRANSACTION).setCoordinatorKeys(List.of("any"));
        s.await(
                request,
                4,
                FindCoordinatorResponseData.class,
                reply -> reply.coordinators().getFirst().errorCode() == 0);
        var _ = begin(s, s.topic("warm-up"));
    }

    private static void initEach(Session s) {
        awaitCoordinator(s);
        for (int version : WantedApis.of(ApiKeys.INIT_PRODUCER_ID).list()) {
            String id = s.topic("id" + version);
            s.ask("new", init(id), version);
            s.ask("again", init(id), version);
            s.ask("no time at all", init(id).setTransactionTimeoutMs(0), version);
            s.ask("less than no time", init(id).setTransactionTimeoutMs(-1), version);
            s.ask("the longest", init(id).setTransactionTimeoutMs(900_000), version);
            s.ask("longer than allowed", init(id).setTransactionTimeoutMs(900_001), version);
            s.ask("longer than allowed, new", init(s.topic("long")).setTransactionTimeoutMs(900_001), version);
        }
    }

    /** KIP-360. */
    private static void initAgain(Session s) {
        awaitCoordinator(s);
        for (int version : Requests.range(
                FIRST_INIT_WITH_EPOCH, WantedApis.of(ApiKeys.INIT_PRODUCER_ID).last())) {
            Sender a = begin(s, s.topic("id" + version));
            s.ask("with its epoch", initOf(a), version);
            s.ask("with the epoch before: repeated", initOf(a), version);
            s.ask("with the new one", initOf(a.next()), version);
            s.ask("with the first: too old", initOf(a), version);
            s.ask("with one to come", initOf(a.withEpoch(17)), version);
            s.ask("as another producer", initOf(new Sender(a.id(), a.producerId() + 1_000_000, a.epoch())), version);
            s.ask("without any", init(a.id()), version);
            s.ask("with the one before that", initOf(a.withEpoch(a.epoch() + 2)), version);
            s.ask("with what it is now", initOf(a.withEpoch(a.epoch() + 3)), version);
            s.ask("an id that nobody has", initOf(new Sender(s.topic("none" + version), 5, (short) 7)), version);
        }
    }

    private static InitProducerIdRequestData initOf(Sender sender) {
        return init(sender.id()).setProducerId(sender.producerId()).setProducerEpoch(sender.epoch());
    }

    private static void addEach(Session s) {
        awaitCoordinator(s);
        String topic = s.createTopic("t", 3, Map.of());
        for (int version : Requests.range(0, LAST_ADD_OF_CLIENTS)) {
            Sender a = begin(s, s.topic("id" + version));
            s.ask("one", add(a, topic, 0), version);
            s.ask("one again and another", add(a, topic, 0, 1), version);
            s.ask("no such partition", add(a, topic, 2, 9), version);
            s.ask("no such topic", add(a, s.topic("none"), 0), version);
            s.ask("none", add(a, topic), version);
            s.ask("an older epoch", add(a.withEpoch(-1), topic, 2), version);
            s.ask("a newer epoch", add(a.next(), topic, 2), version);
            s.ask("another producer", add(new Sender(a.id(), 1_000_000_007L, a.epoch()), topic, 2), version);
            s.ask("no such id", add(new Sender(s.topic("none"), 1, (short) 0), topic, 2), version);
            s.ask("an empty id", add(new Sender("", a.producerId(), a.epoch()), topic, 2), version);
            s.ask("how it stands", describe(a.id()), 0);
            s.peek(end(a, false), LAST_END_1);
            awaitState(s, a, "CompleteAbort");
            s.ask("afterwards", add(a, topic, 1), version);
            s.peek(end(a, false), LAST_END_1);
        }
    }

    private static void addOfBrokers(Session s) {
        awaitCoordinator(s);
        String topic = s.createTopic("t", 3, Map.of());
        for (int version : Requests.range(
                LAST_ADD_OF_CLIENTS + 1,
                WantedApis.of(ApiKeys.ADD_PARTITIONS_TO_TXN).last())) {
            Sender a = begin(s, s.topic("a" + version));
            Sender b = begin(s, s.topic("b" + version));
            s.ask("is it there? nothing is", addOfBroker(addOfBroker(a, true, topic, 0)), version);
            s.ask("two", addOfBroker(addOfBroker(a, false, topic, 0), addOfBroker(b, false, topic, 1)), version);
            s.ask("is it there?", addOfBroker(addOfBroker(a, true, topic, 0)), version);
            s.ask("one is", addOfBroker(addOfBroker(a, true, topic, 0, 1)), version);
            s.ask("of one that is older", addOfBroker(addOfBroker(a.withEpoch(-1), true, topic, 0)), version);
            s.ask("of one that is newer", addOfBroker(addOfBroker(a.next(), true, topic, 0)), version);
            s.ask(
                    "of another",
                    addOfBroker(addOfBroker(new Sender(a.id(), 77_777_777L, (short) 0), true, topic, 0)),
                    version);
            s.ask("of nobody", addOfBroker(addOfBroker(new Sender("nobody", 1, (short) 0), true, topic, 0)), version);
            s.ask("in no topic", addOfBroker(addOfBroker(a, true, s.topic("none"), 0)), version);
            s.ask(
                    "one good, one not",
                    addOfBroker(addOfBroker(a, false, topic, 2), addOfBroker(b, false, topic, 9)),
                    version);
            s.ask("how they stand", describe(a.id(), b.id()), 0);
            var _ = TransactionRequests.endQuietly(s, a, true);
            s.ask("is it still there?", addOfBroker(addOfBroker(a.next(), true, topic, 0)), version);
            var _ = TransactionRequests.endQuietly(s, b, false);
        }
    }

    /** The first version: one epoch for many transactions. */
    private static void endEach(Session s) {
        awaitCoordinator(s);
        String topic = s.createTopic("t");
        for (int version : Requests.range(0, LAST_END_1)) {
            Sender a = begin(s, s.topic("id" + version));
            s.ask("nothing to commit", end(a, true), version);
            s.ask("nothing to abort", end(a, false), version);
            for (boolean commit : List.of(true, false)) {
                s.peek(add(a, topic, 0), LAST_ADD_OF_CLIENTS);
                s.ask("with an older epoch", end(a.withEpoch(-1), commit), version);
                s.ask("with a newer epoch", end(a.next(), commit), version);
                s.ask("of another producer", end(new Sender(a.id(), 1_000_000_007L, a.epoch()), commit), version);
                s.ask("commit: " + commit, end(a, commit), version);
                awaitState(s, a, commit ? "CompleteCommit" : "CompleteAbort");
                s.ask("repeated", end(a, commit), version);
                s.ask("the other way", end(a, !commit), version);
                s.ask("how it stands", describe(a.id()), 0);
            }
            s.ask("no such id", end(new Sender(s.topic("none"), 1, (short) 0), true), version);
            s.ask("an empty id", end(new Sender("", 1, (short) 0), true), version);
        }
    }

    /** The second version: each end has an epoch of its own (KIP-890). */
    private static void endSecond(Session s) {
        awaitCoordinator(s);
        String topic = s.createTopic("t");
        Sender a = begin(s, s.topic("id"));
        s.ask("nothing to commit", end(a, true), END_2);
        s.ask("nothing to abort", end(a, false), END_2);
        awaitState(s, a, "CompleteAbort");
        s.ask("repeated", end(a, false), END_2);
        s.ask("repeated the other way", end(a, true), END_2);
        a = a.next();
        s.ask("nothing to abort, again", end(a, false), END_2);
        awaitState(s, a, "CompleteAbort");
        a = a.next();
        s.ask("nothing to commit, again", end(a, true), END_2);
        for (boolean commit : List.of(true, false)) {
            s.ask("first records", produce(a, topic, 0, 0, "a", "b"), PRODUCE_2);
            s.ask("more", produce(a, topic, 0, 2, "c"), PRODUCE_2);
            s.ask("how it stands", describe(a.id()), 0);
            s.ask("with an older epoch", end(a.withEpoch(a.epoch() - 1), commit), END_2);
            s.ask("with a newer epoch", end(a.next(), commit), END_2);
            s.ask("commit: " + commit, end(a, commit), END_2);
            awaitState(s, a, commit ? "CompleteCommit" : "CompleteAbort");
            s.ask("repeated", end(a, commit), END_2);
            s.ask("the other way", end(a, !commit), END_2);
            s.ask("records of before", produce(a, topic, 0, 3, "late"), PRODUCE_2);
            s.ask("a producer that comes back with it", initOf(a), 5);
            a = begin(s, a.id());
        }
        s.ask("no such id", end(new Sender(s.topic("none"), 1, (short) 0), true), END_2);
        s.ask("an empty id", end(new Sender("", 1, (short) 0), true), END_2);
    }

    /** A client that learns the second version between two transactions, and one that forgets it. */
    private static void endMixed(Session s) {
        awaitCoordinator(s);
        String topic = s.createTopic("t");
        Sender a = begin(s, s.topic("id"));
        s.peek(add(a, topic, 0), LAST_ADD_OF_CLIENTS);
        s.ask("first, the first way", end(a, true), LAST_END_1);
        awaitState(s, a, "CompleteCommit");
        s.ask("records, the second way", produce(a, topic, 0, 0, "a"), PRODUCE_2);
        s.ask("the second way", end(a, true), END_2);
        awaitState(s, a, "CompleteCommit");
        s.ask("repeated, the first way", end(a, true), LAST_END_1);
        s.ask("the new epoch, the first way", end(a.next(), true), LAST_END_1);
        a = a.next();
        s.peek(add(a, topic, 0), LAST_ADD_OF_CLIENTS);
        s.ask("added the first way, ended the second", end(a, false), END_2);
        awaitState(s, a, "CompleteAbort");
        a = a.next();
        s.ask("records, the second way again", produce(a, topic, 0, 0, "b"), PRODUCE_2);
        s.ask("ended the first way", end(a, true), LAST_END_1);
        awaitState(s, a, "CompleteCommit");
        s.ask("how it stands", describe(a.id()), 0);
    }

    private static void fence(Session s) {
        awaitCoordinator(s);
        String topic = s.createTopic("t", 2, Map.of());
        Sender old = begin(s, s.topic("id"));
        s.ask("records", produce(old, topic, 0, 0, "a"), PRODUCE_2);
        s.ask("another begins", init(old.id()), 4);
        awaitState(s, old, "CompleteAbort");
        Sender young = begin(s, old.id());
        s.say("epochs on: " + (young.epoch() - old.epoch()));
        s.ask("the old one writes", produce(old, topic, 0, 1, "b"), PRODUCE_2);
        s.ask("the old one writes elsewhere", produce(old, topic, 1, 0, "b"), PRODUCE_2);
        s.ask("the old one adds", add(old, topic, 1), LAST_ADD_OF_CLIENTS);
        s.ask("the old one ends", end(old, true), END_2);
        s.ask("the old one ends, the first way", end(old, true), LAST_END_1);
        s.ask("the old one begins", initOf(old), 4);
        s.ask("the old one begins, in older words", initOf(old), 3);
        s.ask("the new one writes", produce(young, topic, 0, 0, "c"), PRODUCE_2);
        s.ask("the new one ends", end(young, true), END_2);
        awaitState(s, young, "CompleteCommit");
        fetch(s, topic);
    }

    private static void timeout(Session s) {
        awaitCoordinator(s);
        String topic = s.createTopic("t");
        Sender a = begin(s, s.topic("id"), 100);
        s.ask("records", produce(a, topic, 0, 0, "a"), PRODUCE_2);
        awaitState(s, a, "CompleteAbort");
        s.ask("how it stands", describe(a.id()), 0);
        s.ask("more records", produce(a, topic, 0, 1, "b"), PRODUCE_2);
        s.ask("too late to commit", end(a, true), END_2);
        s.ask("but not to abort", end(a, false), END_2);
        s.ask("records with the next epoch", produce(a.next(), topic, 0, 0, "c"), PRODUCE_2);
        EndTxnResponseData ended = s.peek(end(a.next(), true), END_2).as(EndTxnResponseData.class);
        s.say("ended: " + ended.errorCode());
        Sender b = begin(s, s.topic("first"), 100);
        s.peek(add(b, topic, 0), LAST_ADD_OF_CLIENTS);
        awaitState(s, b, "CompleteAbort");
        s.ask("the first way: too late to commit", end(b, true), LAST_END_1);
        s.ask("the first way: too late to abort", end(b, false), LAST_END_1);
        s.ask("how that stands", describe(b.id()), 0);
    }

    /** A transaction's first batch is let in only when its coordinator knows of it. */
    private static void verify(Session s) {
        awaitCoordinator(s);
        String topic = s.createTopic("t", 2, Map.of());
        var _ = begin(s, s.topic("id"));
        Sender a = begin(s, s.topic("id"));
        for (int version : List.of(3, 9, 10, PRODUCE_1)) {
            s.ask("not added", produce(a, topic, 0, 0, "a"), version);
            s.ask("of nobody", produce(new Sender("nobody", 1, (short) 0), topic, 0, 0, "a"), version);
            s.ask("of an older one", produce(a.withEpoch(0), topic, 0, 0, "a"), version);
            s.ask("of a newer one", produce(a.next(), topic, 0, 0, "a"), version);
            s.ask("of another", produce(new Sender(a.id(), 77_777_777L, (short) 0), topic, 0, 0, "a"), version);
        }
        for (int version : List.of(PRODUCE_2)) {
            s.ask("v2: of nobody", produce(new Sender("nobody", 1, (short) 0), topic, 0, 0, "a"), version);
            s.ask("v2: of a newer one", produce(a.next(), topic, 0, 0, "a"), version);
            s.ask("v2: of another", produce(new Sender(a.id(), 77_777_777L, (short) 0), topic, 0, 0, "a"), version);
        }
        s.peek(add(a, topic, 1), LAST_ADD_OF_CLIENTS);
        s.ask("another was added", produce(a, topic, 0, 0, "a"), PRODUCE_1);
        s.ask("added", produce(a, topic, 1, 0, "a"), PRODUCE_1);
        s.ask("and more", produce(a, topic, 1, 1, "b"), 9);
        s.ask("without its id", produce(a, topic, 1, 2, "c").setTransactionalId(null), 9);
        s.ask(
                "not in the transaction",
                Requests.produce(topic, 1, Batches.idempotent(a.producerId(), a.epoch(), 2, "c")),
                9);
        s.peek(end(a, true), LAST_END_1);
        awaitState(s, a, "CompleteCommit");
        s.ask("after the end", produce(a, topic, 1, 2, "c"), PRODUCE_1);
        s.ask("added by the broker", produce(a, topic, 0, 0, "d"), PRODUCE_2);
        ProduceResponseData more =
                s.peek(produce(a, topic, 1, 2, "e"), PRODUCE_2).as(ProduceResponseData.class);
        s.say("and more: "
                + more.responses()
                        .iterator()
                        .next()
                        .partitionResponses()
                        .getFirst()
                        .errorCode());
        s.ask("how it stands", describe(a.id()), 0);
        s.peek(end(a, true), END_2);
        awaitState(s, a, "CompleteCommit");
        fetch(s, topic);
    }

    private static void describeAndList(Session s) {
        awaitCoordinator(s);
        String topic = s.createTopic("t", 3, Map.of());
        Sender empty = begin(s, s.topic("a"));
        Sender open = begin(s, s.topic("b"));
        s.peek(add(open, topic, 2), LAST_ADD_OF_CLIENTS);
        Sender done = begin(s, s.topic("c"));
        s.peek(add(done, topic, 1), LAST_ADD_OF_CLIENTS);
        s.peek(end(done, true), LAST_END_1);
        awaitState(s, done, "CompleteCommit");
        s.ask("all", describe(empty.id(), open.id(), done.id(), s.topic("none"), ""), 0);
        s.ask("none", describe(), 0);
        List<Long> own = List.of(empty.producerId(), open.producerId(), done.producerId());
        for (int version : WantedApis.of(ApiKeys.LIST_TRANSACTIONS).list()) {
            s.ask("all of these", list(own), version);
            s.ask("open ones", list(own).setStateFilters(List.of("Ongoing")), version);
            s.ask("open or empty", list(own).setStateFilters(List.of("Empty", "Ongoing")), version);
            s.ask(
                    "in states that there are not",
                    list(own).setStateFilters(List.of("Nowhere", "Dead", "empty")),
                    version);
            s.ask("of nobody", list(List.of(1_000_000_007L)), version);
            if (version >= 1) {
                s.ask("open for long", list(own).setDurationFilter(3_600_000), version);
                s.ask("open at all", list(own).setDurationFilter(-1), version);
            }
            if (version >= 2) {
                s.ask("named so", list(own).setTransactionalIdPattern(s.topic("[ab]")), version);
                s.ask("named in part", list(own).setTransactionalIdPattern("[ab]"), version);
                s.ask("named anyhow", list(own).setTransactionalIdPattern(""), version);
                s.ask("no pattern", list(own).setTransactionalIdPattern("["), version);
            }
        }
        s.peek(end(open, false), LAST_END_1);
    }

    private static ListTransactionsRequestData list(List<Long> producers) {
        return new ListTransactionsRequestData().setProducerIdFilters(producers);
    }

    static void fetch(Session s, String topic) {
        for (byte level : List.of((byte) 0, (byte) 1)) {
            s.ask(
                    "isolation " + level,
                    Requests.fetch(Requests.fetchTopic(topic, s.topicId(topic), Requests.from(0, 0)))
                            .setIsolationLevel(level),
                    12);
        }
    }
}
