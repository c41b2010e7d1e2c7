package dev.ottla.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.ConfigResource;
import dev.ottla.metadata.MetadataEvent;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class MoveRateTest {
    private static final String SETTING = "replica.alter.log.dirs.io.max.bytes.per.second";

    @Test
    void aChangeIsFollowedAtOnce() {
        // Given a broker on which nothing is set
        AtomicReference<ClusterImage> image = new AtomicReference<>(ClusterImage.EMPTY);
        MoveRate rate = new MoveRate(image::get, 1, Map.of());
        assertThat(rate.getAsDouble()).isEqualTo(Long.MAX_VALUE);

        // When it is set for all, then for this one, then for this one no more
        image.set(image.get().apply(new MetadataEvent.ConfigChanged(ConfigResource.ALL_BROKERS, SETTING, "1000")));
        assertThat(rate.getAsDouble()).isEqualTo(1000);
        image.set(image.get().apply(new MetadataEvent.ConfigChanged(ConfigResource.broker(1), SETTING, "50")));
        assertThat(rate.getAsDouble()).isEqualTo(50);
        image.set(image.get().apply(new MetadataEvent.ConfigChanged(ConfigResource.broker(1), SETTING, null)));
        assertThat(rate.getAsDouble()).isEqualTo(1000);
    }
}
