package dev.ottla.cli.group;

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
import java.util.Locale;
import org.apache.kafka.clients.admin.GroupListing;

/** `ottla group list`. */
public final class GroupList {
    private GroupList() {}

    public static Spec spec() {
        return ClientOptions.add(
                Spec.command("List the groups.", GroupList::run).json());
    }

    private static void run(Given given, Io io) throws Exception {
        Clients.admin(given, io, admin -> {
            List<GroupListing> groups = Failures.await(admin.listGroups().all(), "groups").stream()
                    .sorted(Comparator.comparing(GroupListing::groupId))
                    .toList();
            if (given.json()) {
                Json.print(io.out(), groups.stream().map(GroupList::json).toList());
            } else {
                print(groups, io);
            }
        });
    }

    private static void print(List<GroupListing> groups, Io io) {
        if (groups.isEmpty()) {
            io.out().println("No groups yet. Make one: ottla consume TOPIC --group NAME");
            return;
        }
        var table = new Table("GROUP", "TYPE", "STATE", "PROTOCOL");
        for (GroupListing group : groups) {
            String protocol = group.protocol().isEmpty() ? "-" : group.protocol();
            table.row(group.groupId(), type(group), state(group), protocol);
        }
        table.print(io.out());
        io.out().println(Progress.count(groups.size(), "group"));
    }

    private static String type(GroupListing group) {
        return group.type()
                .map(type -> type.toString().toLowerCase(Locale.ROOT))
                .orElse("-");
    }

    private static String state(GroupListing group) {
        return group.groupState().map(Object::toString).orElse("-");
    }

    private static Json json(GroupListing group) {
        return Json.object()
                .with("group", group.groupId())
                .with("type", type(group))
                .with("state", state(group))
                .with("protocol", group.protocol());
    }
}
