package dev.ottla.controller;

import dev.ottla.base.DirectoryId;
import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.metadata.BrokerImage;
import dev.ottla.metadata.MetadataEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * Data folders of a broker have failed while it runs (KIP-858): the partitions in them have no leader from now on. What failed stays so
 * until the broker registers again. Refused with BROKER_ID_NOT_REGISTERED when there is no such broker. The reply is how many partitions
 * changed.
 */
public record ReportDirectories(int brokerId, List<DirectoryId> failed) implements Command<Integer> {
    public ReportDirectories {
        failed = List.copyOf(failed);
    }

    @Override
    public Decision<Integer> decide(DecisionContext context) {
        BrokerImage broker = context.image().brokers().get(brokerId);
        if (broker == null) {
            throw new OttlaException(ErrorCode.BROKER_ID_NOT_REGISTERED, "There is no broker " + brokerId);
        }
        List<DirectoryId> working = broker.directories().stream()
                .filter(directory -> !failed.contains(directory))
                .toList();
        if (working.equals(broker.directories()) || working.isEmpty()) {
            // With none left the broker stops, and the next registration says what there is then.
            return Decision.nothing(0);
        }
        List<MetadataEvent> elections = DirectoryChange.elections(context.image(), broker.withDirectories(working));
        List<MetadataEvent> events = new ArrayList<>();
        events.add(new MetadataEvent.BrokerDirectoriesChanged(brokerId, working));
        events.addAll(elections);
        return new Decision<>(events, elections.size());
    }
}
