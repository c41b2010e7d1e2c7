package dev.ottla.cli.txn;

import dev.ottla.cli.client.ClientOptions;
import dev.ottla.cli.client.Clients;
import dev.ottla.cli.client.Failures;
import dev.ottla.cli.kit.Given;
import dev.ottla.cli.kit.Io;
import dev.ottla.cli.kit.Json;
import dev.ottla.cli.kit.Progress;
import dev.ottla.cli.kit.Spec;
import dev.ottla.cli.kit.Table;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;

/** `ottla txn list`. */
public final class TxnList {
    private static final String OPEN = "--open";
    private static final String PATTERN = "--pattern";

    private TxnList() {}

    public static Spec spec() {
        return ClientOptions.add(Spec.command("List the transactional ids and how each stands.", TxnList::run)
                .flag(OPEN, "Only those with a transaction that has not ended.")
                .text(PATTERN, "REGEX", "Only ids that match, as a whole, in RE2's syntax.")
                .json());
    }

    private static void run(Given given, Io io) throws Exception {
        ListTransactionsOptions options = new ListTransactionsOptions();
        if (given.has(OPEN)) {
            options.filterStates(
                    Set.of(TransactionState.ONGOING, TransactionState.PREPARE_COMMIT, TransactionState.PREPARE_ABORT));
        }
        String pattern = given.text(PATTERN);
        if (pattern != null) {
            options.filterOnTransactionalIdPattern(pattern);
        }
        Clients.admin(given, io, admin -> {
            List<TransactionListing> found =
                    Failures.await(admin.listTransactions(options).all(), "transactions").stream()
                            .sorted(Comparator.comparing(TransactionListing::transactionalId))
                            .toList();
            if (given.json()) {
                Json.print(io.out(), found.stream().map(TxnList::json).toList());
            } else {
                print(found, io);
            }
        });
    }

    private static void print(List<TransactionListing> found, Io io) {
        var table = new Table("ID", "STATE", "PRODUCER");
        found.forEach(one -> table.row(one.transactionalId(), one.state(), one.producerId()));
        if (!found.isEmpty()) {
            table.print(io.out());
        }
        io.out().println(Progress.count(found.size(), "transactional id"));
    }

    private static Json json(TransactionListing one) {
        return Json.object()
                .with("id", one.transactionalId())
                .with("state", one.state().toString())
                .with("producerId", one.producerId());
    }
}
