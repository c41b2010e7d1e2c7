package dev.ottla.controller;

import dev.ottla.base.ErrorCode;
import dev.ottla.metadata.Feature;
import dev.ottla.metadata.FeatureLevels;
import dev.ottla.metadata.MetadataEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Other levels of features (KIP-584, KIP-778, KIP-1022), all of them or none.
 *
 * @param updates by the name of the feature
 */
public record UpdateFeatures(Map<String, Update> updates, boolean validateOnly) implements Command<Outcome> {
    private static final byte UPGRADE = 1;
    private static final byte UNSAFE_DOWNGRADE = 3;

    /**
     * What one feature shall have.
     *
     * @param type 1 up, 2 down when nothing is lost, 3 down
     */
    public record Update(short level, byte type) {}

    public UpdateFeatures {
        updates = Map.copyOf(updates);
    }

    @Override
    public Decision<Outcome> decide(DecisionContext context) {
        FeatureLevels before = context.image().features();
        int nodeId = context.settings().nodeId();
        List<MetadataEvent> events = new ArrayList<>();
        for (Map.Entry<String, Update> entry : updates.entrySet()) {
            Feature feature = Feature.named(entry.getKey());
            Update update = entry.getValue();
            String refusal = refusal(feature, update, before, nodeId);
            if (feature == null || refusal != null) {
                return Decision.nothing(Outcome.failed(
                        ErrorCode.INVALID_UPDATE_VERSION,
                        "The update failed for all features since the following feature had an error: Invalid update version "
                                + update.level() + " for feature " + entry.getKey() + ". " + refusal));
            }
            if (before.level(feature) != update.level()) {
                events.add(new MetadataEvent.FeatureLevelChanged(feature, update.level(), before.epoch() + 1));
            }
        }
        return validateOnly ? Decision.nothing(Outcome.OK) : new Decision<>(events, Outcome.OK);
    }

    private static @Nullable String refusal(
            @Nullable Feature feature, Update update, FeatureLevels before, int nodeId) {
        if (update.type() < UPGRADE || update.type() > UNSAFE_DOWNGRADE) {
            return "The controller does not support the given upgrade type.";
        }
        if (update.level() < 0) {
            return "A feature version cannot be less than 0.";
        }
        if (feature == null) {
            return "Local controller " + nodeId + " does not support this feature.";
        }
        if (update.level() < feature.lowest() || update.level() > feature.highest()) {
            return "Local controller " + nodeId + " only supports versions " + feature.lowest() + "-"
                    + feature.highest();
        }
        short current = before.level(feature);
        if (update.level() < current && update.type() == UPGRADE) {
            return "Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade.";
        }
        if (update.level() > current && update.type() != UPGRADE) {
            return "Can't downgrade to a newer version.";
        }
        if (feature == Feature.METADATA_VERSION && update.level() < current) {
            return "The metadata log is Ottla's own: there is no older form of it to go back to.";
        }
        return null;
    }
}
