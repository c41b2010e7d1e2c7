package dev.ottla.metadata;

import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * The levels of all features.
 *
 * @param set those that somebody has set
 * @param epoch grows with each change: clients believe the answer with the highest
 */
public record FeatureLevels(PMap<Feature, Short> set, long epoch) {
    static final FeatureLevels INITIAL = new FeatureLevels(HashTreePMap.empty(), 0);

    /** The level in force. */
    public short level(Feature feature) {
        Short level = set.get(feature);
        return level == null ? feature.unlessSet() : level;
    }

    FeatureLevels with(Feature feature, short level, long newEpoch) {
        return new FeatureLevels(set.plus(feature, level), newEpoch);
    }
}
