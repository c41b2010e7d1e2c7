package dev.ottla.coordinator.core;

import dev.ottla.coordinator.group.GroupSettings;
import java.util.List;

/** A broker's settings for tests that are about one of them, or about none. */
final class SampleSettings {
    static final GroupSettings USUAL = of(0, 100);

    private SampleSettings() {}

    static GroupSettings withInitialDelay(int ms) {
        return of(ms, 100);
    }

    static GroupSettings withOffsetMetadata(int maxBytes) {
        return of(0, maxBytes);
    }

    private static GroupSettings of(int initialDelayMs, int maxOffsetMetadataBytes) {
        return new GroupSettings(
                1,
                100_000,
                initialDelayMs,
                100,
                maxOffsetMetadataBytes,
                1_000_000_000,
                1_000_000,
                new GroupSettings.Consumer(
                        GroupSettings.OwnNumber.unbounded(1_000),
                        GroupSettings.OwnNumber.unbounded(10_000),
                        100,
                        GroupSettings.OwnNumber.unbounded(0),
                        List.of("uniform"),
                        GroupSettings.Migration.BIDIRECTIONAL));
    }
}
