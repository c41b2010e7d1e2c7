package dev.ottla.coordinator.core;

import dev.ottla.base.ErrorCode;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.group.Group;
import dev.ottla.coordinator.group.Groups;
import dev.ottla.coordinator.offset.DeleteOffsets;
import dev.ottla.coordinator.runtime.Step;

/** DeleteGroups: an empty group goes, with its offsets. */
final class DeleteGroup {
    private DeleteGroup() {}

    static ErrorCode run(Groups groups, DeleteOffsets deletion, String groupId, Step<GroupEvent> step) {
        Group group = groups.get(groupId);
        if (group == null) {
            return ErrorCode.GROUP_ID_NOT_FOUND;
        }
        if (!group.isEmpty()) {
            return ErrorCode.NON_EMPTY_GROUP;
        }
        deletion.ofGroup(groupId, step);
        groups.remove(groupId);
        group.forgotten().forEach(step::emit);
        return ErrorCode.NONE;
    }
}
