package dev.ottla.cli.group;

import dev.ottla.cli.client.ClientOptions;
import dev.ottla.cli.client.Clients;
import dev.ottla.cli.client.Failures;
import dev.ottla.cli.kit.CommandFailure;
import dev.ottla.cli.kit.Given;
import dev.ottla.cli.kit.Io;
import dev.ottla.cli.kit.Json;
import dev.ottla.cli.kit.Spec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** `ottla group delete`: groups without members, with all that they committed. */
public final class GroupDelete {
    private GroupDelete() {}

    public static Spec spec() {
        return ClientOptions.add(
                Spec.command("Delete groups that have no members, and what they committed.", GroupDelete::run)
                        .arguments(0, 1, "GROUP", "The groups to delete.")
                        .json());
    }

    private static void run(Given given, Io io) throws Exception {
        Clients.admin(given, io, admin -> {
            List<String> names = given.arguments(0);
            var futures = admin.deleteConsumerGroups(names).deletedGroups();
            var deleted = new ArrayList<String>();
            CommandFailure failure = null;
            // Every group is tried, whatever became of the others.
            for (String name : names) {
                try {
                    Failures.await(Objects.requireNonNull(futures.get(name)), "group '%s'".formatted(name));
                    deleted.add(name);
                } catch (CommandFailure e) {
                    failure = failure == null ? e : failure;
                }
            }
            if (given.json()) {
                Json.print(io.out(), Json.object().with("deleted", deleted));
            } else {
                deleted.forEach(name -> io.out().println("Deleted group '%s'.".formatted(name)));
            }
            if (failure != null) {
                throw failure;
            }
        });
    }
}
