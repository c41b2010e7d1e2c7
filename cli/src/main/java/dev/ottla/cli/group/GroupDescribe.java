package dev.ottla.cli.group;

import dev.ottla.cli.client.ClientOptions;
import dev.ottla.cli.client.Clients;
import dev.ottla.cli.kit.Given;
import dev.ottla.cli.kit.Io;
import dev.ottla.cli.kit.Json;
import dev.ottla.cli.kit.Progress;
import dev.ottla.cli.kit.Spec;
import dev.ottla.cli.kit.Table;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.apache.kafka.clients.admin.MemberDescription;
import org.jspecify.annotations.Nullable;

/** `ottla group describe`. */
public final class GroupDescribe {
    private GroupDescribe() {}

    public static Spec spec() {
        return ClientOptions.add(Spec.command(
                        "Show groups: their members, where they stand and how far behind they are.", GroupDescribe::run)
                .arguments(0, 1, "GROUP", "The groups to show.")
                .json());
    }

    private static void run(Given given, Io io) throws Exception {
        Clients.admin(given, io, admin -> {
            List<GroupView> groups = GroupView.load(admin, given.arguments(0));
            if (given.json()) {
                Json.print(io.out(), groups.stream().map(GroupDescribe::json).toList());
                return;
            }
            for (int i = 0; i < groups.size(); i++) {
                if (i > 0) {
                    io.out().println();
                }
                print(groups.get(i), io);
            }
        });
    }

    private static void print(GroupView view, Io io) {
        var out = io.out();
        out.println("Group    " + view.group().groupId());
        out.println("State    %s, %s, %s"
                .formatted(
                        view.group().groupState(),
                        type(view),
                        Progress.count(view.group().members().size(), "member")));
        String assignor = view.group().partitionAssignor();
        out.println("Assigns  " + (assignor.isEmpty() ? "-" : assignor));
        out.println("Lag      " + lag(view));
        out.println();
        var table = new Table("TOPIC", "PARTITION", "COMMITTED", "END", "LAG", "MEMBER", "HOST");
        for (GroupView.Row row : view.rows()) {
            MemberDescription member = row.member();
            table.row(
                    row.partition().topic(),
                    row.partition().partition(),
                    orDash(row.committed()),
                    orDash(row.end()),
                    orDash(row.lag()),
                    member == null ? "-" : member.consumerId(),
                    member == null ? "-" : member.host());
        }
        table.print(out);
    }

    /** Of the partitions where it is known. */
    private static long lag(GroupView view) {
        return view.rows().stream()
                .map(GroupView.Row::lag)
                .filter(Objects::nonNull)
                .mapToLong(Long::longValue)
                .sum();
    }

    private static String type(GroupView view) {
        return view.group().type().toString().toLowerCase(Locale.ROOT);
    }

    private static String orDash(@Nullable Object value) {
        return value == null ? "-" : value.toString();
    }

    private static Json json(GroupView view) {
        return Json.object()
                .with("group", view.group().groupId())
                .with("type", type(view))
                .with("state", view.group().groupState().toString())
                .with("assignor", view.group().partitionAssignor())
                .with("coordinator", view.group().coordinator().id())
                .with("lag", lag(view))
                .with(
                        "members",
                        view.group().members().stream().map(GroupDescribe::json).toList())
                .with(
                        "partitions",
                        view.rows().stream().map(GroupDescribe::json).toList());
    }

    private static Json json(MemberDescription member) {
        return Json.object()
                .with("id", member.consumerId())
                .with("instanceId", member.groupInstanceId().orElse(null))
                .with("clientId", member.clientId())
                .with("host", member.host());
    }

    private static Json json(GroupView.Row row) {
        MemberDescription member = row.member();
        return Json.object()
                .with("topic", row.partition().topic())
                .with("partition", row.partition().partition())
                .with("committed", row.committed())
                .with("end", row.end())
                .with("lag", row.lag())
                .with("member", member == null ? null : member.consumerId());
    }
}
