package dev.ottla.coordinator.core;

import dev.ottla.coordinator.group.Group;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData.ListedGroup;

/** ListGroups: the groups that are in a state (KIP-518) and of a type (KIP-848) that is asked for; none named is all. */
final class ListGroups {
    private ListGroups() {}

    static List<ListedGroup> of(Collection<Group> groups, ListGroupsRequestData request) {
        List<ListedGroup> listed = new ArrayList<>();
        for (Group group : groups) {
            if (matches(request.statesFilter(), group.stateName())
                    && matches(request.typesFilter(), group.typeName())) {
                listed.add(new ListedGroup()
                        .setGroupId(group.groupId())
                        .setProtocolType(group.protocolType())
                        .setGroupState(group.stateName())
                        .setGroupType(group.typeName()));
            }
        }
        return listed;
    }

    private static boolean matches(List<String> filter, String value) {
        return filter.isEmpty() || filter.stream().anyMatch(value::equalsIgnoreCase);
    }
}
