package dev.ottla.cli.txn;

import dev.ottla.cli.client.ClientOptions;
import dev.ottla.cli.client.Clients;
import dev.ottla.cli.client.Failures;
import dev.ottla.cli.kit.Given;
import dev.ottla.cli.kit.Io;
import dev.ottla.cli.kit.Json;
import dev.ottla.cli.kit.Spec;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.common.TopicPartition;

/** `ottla txn describe`. */
public final class TxnDescribe {
    private static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    private TxnDescribe() {}

    public static Spec spec() {
        return ClientOptions.add(Spec.command(
                        "Show transactional ids: who the producer is, and what its transaction writes to.",
                        TxnDescribe::run)
                .arguments(0, 1, "ID", "The transactional ids to show.")
                .json());
    }

    private record View(String id, TransactionDescription transaction) {
        List<TopicPartition> partitions() {
            return transaction.topicPartitions().stream().sorted(ORDER).toList();
        }
    }

    private static void run(Given given, Io io) throws Exception {
        Clients.admin(given, io, admin -> {
            var described = admin.describeTransactions(given.arguments(0));
            List<View> views = given.arguments(0).stream()
                    .map(id -> new View(
                            id, Failures.await(described.description(id), "transactional id '%s'".formatted(id))))
                    .toList();
            if (given.json()) {
                Json.print(io.out(), views.stream().map(TxnDescribe::json).toList());
                return;
            }
            for (int i = 0; i < views.size(); i++) {
                if (i > 0) {
                    io.out().println();
                }
                print(views.get(i), io);
            }
        });
    }

    private static void print(View view, Io io) {
        TransactionDescription transaction = view.transaction();
        var out = io.out();
        out.println("Id          " + view.id());
        out.println("State       " + transaction.state());
        out.println("Producer    %d, epoch %d".formatted(transaction.producerId(), transaction.producerEpoch()));
        out.println("Times out   %d ms after it began".formatted(transaction.transactionTimeoutMs()));
        out.println("Began       "
                + (transaction.transactionStartTimeMs().isPresent()
                        ? Instant.ofEpochMilli(
                                transaction.transactionStartTimeMs().getAsLong())
                        : "-"));
        out.println("Coordinator broker " + transaction.coordinatorId());
        out.println("Partitions  "
                + (view.partitions().isEmpty()
                        ? "-"
                        : String.join(
                                ", ",
                                view.partitions().stream()
                                        .map(TopicPartition::toString)
                                        .toList())));
    }

    private static Json json(View view) {
        TransactionDescription transaction = view.transaction();
        return Json.object()
                .with("id", view.id())
                .with("state", transaction.state().toString())
                .with("producerId", transaction.producerId())
                .with("producerEpoch", transaction.producerEpoch())
                .with("timeoutMs", transaction.transactionTimeoutMs())
                .with(
                        "startMs",
                        transaction.transactionStartTimeMs().isPresent()
                                ? transaction.transactionStartTimeMs().getAsLong()
                                : null)
                .with("coordinator", transaction.coordinatorId())
                .with(
                        "partitions",
                        view.partitions().stream().map(TopicPartition::toString).toList());
    }
}
