package dev.ottla.cli.client;

import dev.ottla.cli.kit.Given;
import dev.ottla.cli.kit.Io;
import java.time.Duration;
import org.apache.kafka.clients.admin.Admin;

/** Opens Kafka's clients once something listens at the other end. */
public final class Clients {
    private Clients() {}

    /** What a command does with an admin client. */
    @FunctionalInterface
    public interface AdminUse {
        void with(Admin admin) throws Exception;
    }

    /** Runs {@code use} with a client that is closed afterwards. */
    public static void admin(Given given, Io io, AdminUse use) throws Exception {
        var options = ClientOptions.of(given, io);
        Reachability.check(options);
        Admin admin = Admin.create(options.admin());
        try {
            use.with(admin);
        } finally {
            admin.close(Duration.ZERO);
        }
    }
}
