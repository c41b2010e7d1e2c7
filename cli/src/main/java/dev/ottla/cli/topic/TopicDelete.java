package dev.ottla.cli.topic;

import dev.ottla.cli.client.ClientOptions;
import dev.ottla.cli.client.Clients;
import dev.ottla.cli.client.Failures;
import dev.ottla.cli.kit.CommandFailure;
import dev.ottla.cli.kit.ExitCode;
import dev.ottla.cli.kit.Given;
import dev.ottla.cli.kit.Io;
import dev.ottla.cli.kit.Json;
import dev.ottla.cli.kit.Spec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/** `ottla topic delete`: asks first when a person is at the terminal. */
public final class TopicDelete {
    private static final String IF_EXISTS = "--if-exists";
    private static final String YES = "--yes";

    private TopicDelete() {}

    public static Spec spec() {
        return ClientOptions.add(Spec.command("Delete topics and all records in them.", TopicDelete::run)
                .arguments(0, 1, "TOPIC", "The topics to delete.")
                .flag(IF_EXISTS, "Succeed when a topic is not there.")
                .flag(new String[] {"-y", YES}, "Do not ask.")
                .json());
    }

    private static void run(Given given, Io io) throws Exception {
        List<String> names = given.arguments(0);
        if (!given.has(YES) && io.terminal().in() && io.terminal().err() && !agreed(names, io)) {
            throw CommandFailure.of(ExitCode.FAILED, "Nothing was deleted.");
        }
        Clients.admin(given, io, admin -> {
            var results = delete(admin, names);
            var deleted = names.stream().filter(results.deleted()::contains).toList();
            if (given.json()) {
                Json.print(io.out(), Json.object().with("deleted", deleted).with("missing", results.missing()));
            } else {
                deleted.forEach(name -> io.out().println("Deleted topic '%s'.".formatted(name)));
            }
            CommandFailure failure = results.failure();
            if (failure != null) {
                throw failure;
            }
            if (!results.missing().isEmpty() && !given.has(IF_EXISTS)) {
                throw CommandFailure.of(
                                ExitCode.NOT_FOUND,
                                "There is no topic '%s'.".formatted(String.join("', '", results.missing())))
                        .hint("--if-exists makes that a success; 'ottla topic list' shows what there is.")
                        .error("UNKNOWN_TOPIC_OR_PARTITION");
            }
        });
    }

    private record Results(
            List<String> deleted,
            List<String> missing,
            @Nullable CommandFailure failure) {}

    /** Every topic is tried, whatever became of the others. */
    private static Results delete(Admin admin, List<String> names) {
        var futures = admin.deleteTopics(names).topicNameValues();
        var deleted = new ArrayList<String>();
        var missing = new ArrayList<String>();
        CommandFailure failure = null;
        for (String name : futures.keySet()) {
            try {
                Failures.await(futures.get(name), "topic '%s'".formatted(name));
                deleted.add(name);
            } catch (CommandFailure e) {
                if (e.exitCode() == ExitCode.NOT_FOUND) {
                    missing.add(name);
                } else {
                    failure = failure == null ? e : failure;
                }
            }
        }
        return new Results(deleted, missing, failure);
    }

    private static boolean agreed(List<String> names, Io io) throws IOException {
        io.err().print("Delete %s and all records in it? [y/N] ".formatted(String.join(", ", names)));
        io.err().flush();
        var reader = new BufferedReader(new InputStreamReader(io.in(), StandardCharsets.UTF_8));
        String answer = reader.readLine();
        return answer != null && List.of("y", "yes").contains(answer.strip().toLowerCase(Locale.ROOT));
    }
}
