package dev.ottla.coordinator.group;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.base.RandomSource;
import dev.ottla.base.TopicId;
import dev.ottla.coordinator.event.OffsetCommitted;
import dev.ottla.coordinator.event.OffsetForgotten;
import dev.ottla.coordinator.runtime.Timers;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.ConfigResource;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The groups of one partition of {@code __consumer_offsets}, and what all that is done with them needs. */
public final class Groups {
    private final Map<String, Group> byId = new LinkedHashMap<>();
    private final OffsetStore offsets = new OffsetStore();
    private final PendingOffsets pending = new PendingOffsets();
    private final Timers<GroupTimer> timers = new Timers<>();
    private final Supplier<GroupSettings> settings;
    private final Supplier<ClusterImage> image;
    private final RandomSource random;

    public Groups(Supplier<GroupSettings> settings, Supplier<ClusterImage> image, RandomSource random) {
        this.settings = settings;
        this.image = image;
        this.random = random;
    }

    public @Nullable Group get(String groupId) {
        return byId.get(groupId);
    }

    public void put(Group group) {
        byId.put(group.groupId(), group);
    }

    public void remove(String groupId) {
        byId.remove(groupId);
    }

    public Collection<Group> all() {
        return Collections.unmodifiableCollection(byId.values());
    }

    public OffsetStore offsets() {
        return offsets;
    }

    /** What transactions that are not ended have sent. */
    public PendingOffsets pending() {
        return pending;
    }

    public void apply(OffsetCommitted event) {
        offsets.apply(event);
        pending.overtake(event);
    }

    public void apply(OffsetForgotten event) {
        offsets.apply(event);
        pending.apply(event);
    }

    /** A producer's transaction is over: its offsets count, or are dropped. */
    public void endTransaction(long producerId, boolean commit) {
        pending.end(producerId, commit).forEach(offsets::apply);
    }

    public Timers<GroupTimer> timers() {
        return timers;
    }

    public GroupSettings settings() {
        return settings.get();
    }

    /** The times of a group of the consumer protocol: its own, where it has any. */
    public GroupSettings.Times times(String groupId) {
        return settings().consumer().times(image().configs(ConfigResource.group(groupId)));
    }

    /** The topics there are now. */
    public ClusterImage image() {
        return image.get();
    }

    /** An id that no member has had, for a member that does not choose its own. */
    public String newMemberId() {
        return TopicId.random(random).toString();
    }

    /** An id that no member has had. */
    public String newMemberId(String prefix) {
        long most = (random.nextLong() & ~0xF000L) | 0x4000L;
        long least = (random.nextLong() >>> 2) | 0x8000_0000_0000_0000L;
        return prefix + "-" + new UUID(most, least);
    }

    /** @throws OttlaException INVALID_GROUP_ID when it is empty or null */
    public static void checkId(@Nullable String groupId) {
        if (groupId == null || groupId.isEmpty()) {
            throw new OttlaException(ErrorCode.INVALID_GROUP_ID, "The group id must not be empty");
        }
    }
}
