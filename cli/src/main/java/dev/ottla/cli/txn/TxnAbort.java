package dev.ottla.cli.txn;

import dev.ottla.cli.client.ClientOptions;
import dev.ottla.cli.client.Clients;
import dev.ottla.cli.client.Failures;
import dev.ottla.cli.kit.Given;
import dev.ottla.cli.kit.Io;
import dev.ottla.cli.kit.Json;
import dev.ottla.cli.kit.Spec;
import java.util.List;

/** `ottla txn abort`: ends a transaction over its producer's head, which is fenced by that (KIP-664, KIP-939's terminate). */
public final class TxnAbort {
    private TxnAbort() {}

    public static Spec spec() {
        return ClientOptions.add(
                        Spec.command("Abort the open transaction of an id, and fence its producer.", TxnAbort::run)
                                .argument(0, "ID", "The transactional id.")
                                .json())
                .footer(
                        "",
                        "What the producer wrote in it is not read by consumers with isolation.level=read_committed.",
                        "A transaction that no coordinator knows any more is found and aborted by kafka-transactions.sh.");
    }

    private static void run(Given given, Io io) throws Exception {
        String id = given.argument(0);
        Clients.admin(given, io, admin -> {
            String subject = "transactional id '%s'".formatted(id);
            // Terminating would make an id that is not there.
            var _ = Failures.await(admin.describeTransactions(List.of(id)).description(id), subject);
            Failures.await(admin.forceTerminateTransaction(id).result(), subject);
            if (given.json()) {
                Json.print(io.out(), Json.object().with("aborted", id));
            } else {
                io.out().println("Aborted what '%s' had open; its producer is fenced.".formatted(id));
            }
        });
    }
}
