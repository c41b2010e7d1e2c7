package dev.ottla.broker;

import dev.ottla.base.ByteRate;
import dev.ottla.base.Clock;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.ConfigResource;
import dev.ottla.metadata.config.EffectiveConfigs;
import dev.ottla.replication.MovePace;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/** The value in force of replica.alter.log.dirs.io.max.bytes.per.second. Asked for each piece that is copied, so it is reckoned only when it may have changed. */
final class MoveRate implements DoubleSupplier {
    private static final String SETTING = "replica.alter.log.dirs.io.max.bytes.per.second";

    private final Supplier<ClusterImage> images;
    private final int brokerId;
    private final Map<String, String> staticConfigs;
    private volatile Known known;

    private record Known(Map<String, String> own, Map<String, String> all, long bytesPerSecond) {}

    MoveRate(Supplier<ClusterImage> images, int brokerId, Map<String, String> staticConfigs) {
        this.images = images;
        this.brokerId = brokerId;
        this.staticConfigs = staticConfigs;
        this.known = reckon(images.get());
    }

    static MovePace pace(Clock clock, Supplier<ClusterImage> images, int brokerId, Map<String, String> staticConfigs) {
        return new MovePace(new ByteRate(clock, new MoveRate(images, brokerId, staticConfigs)), LockSupport::parkNanos);
    }

    private Known reckon(ClusterImage image) {
        return new Known(
                image.configs(ConfigResource.broker(brokerId)),
                image.configs(ConfigResource.ALL_BROKERS),
                EffectiveConfigs.of(image, brokerId, staticConfigs).broker().longOf(SETTING));
    }

    @Override
    public double getAsDouble() {
        ClusterImage image = images.get();
        Known last = known;
        if (!last.own().equals(image.configs(ConfigResource.broker(brokerId)))
                || !last.all().equals(image.configs(ConfigResource.ALL_BROKERS))) {
            last = reckon(image);
            known = last;
        }
        return last.bytesPerSecond();
    }
}
