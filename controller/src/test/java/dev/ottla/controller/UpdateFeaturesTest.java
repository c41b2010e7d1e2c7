package dev.ottla.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.ErrorCode;
import dev.ottla.controller.UpdateFeatures.Update;
import dev.ottla.metadata.Feature;
import dev.ottla.metadata.FeatureLevels;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Levels of features; what the conformance scenarios cannot see of them. */
class UpdateFeaturesTest {
    private static final byte UP = 1;
    private static final byte DOWN = 2;

    private final TestCluster cluster = new TestCluster();

    @Test
    void eachChangeHasALaterEpochSoThatClientsBelieveIt() {
        // Given what nobody has set
        assertThat(levels().level(Feature.TRANSACTION_VERSION)).isEqualTo((short) 2);
        assertThat(levels().epoch()).isZero();
        // When it goes down and up again
        assertThat(set("transaction.version", 1, DOWN).isOk()).isTrue();
        assertThat(levels().level(Feature.TRANSACTION_VERSION)).isEqualTo((short) 1);
        assertThat(levels().epoch()).isEqualTo(1);
        assertThat(set("transaction.version", 2, UP).isOk()).isTrue();
        // Then the epoch has grown twice, and once more for nothing it does not
        assertThat(levels().epoch()).isEqualTo(2);
        assertThat(set("transaction.version", 2, UP).isOk()).isTrue();
        assertThat(levels().epoch()).isEqualTo(2);
    }

    @Test
    void oneThatIsRefusedRefusesAll() {
        // When one of two cannot be
        Outcome outcome = cluster.run(new UpdateFeatures(
                Map.of("group.version", new Update((short) 0, DOWN), "transaction.version", new Update((short) 9, UP)),
                false));
        // Then neither is
        assertThat(outcome.code()).isEqualTo(ErrorCode.INVALID_UPDATE_VERSION);
        assertThat(levels().level(Feature.GROUP_VERSION)).isEqualTo((short) 1);
    }

    @Test
    void theVersionOfTheMetadataDoesNotGoDown() {
        Outcome outcome = set("metadata.version", 29, DOWN);
        assertThat(outcome.code()).isEqualTo(ErrorCode.INVALID_UPDATE_VERSION);
        assertThat(outcome.message()).endsWith("there is no older form of it to go back to.");
    }

    private Outcome set(String feature, int level, byte type) {
        return cluster.run(new UpdateFeatures(Map.of(feature, new Update((short) level, type)), false));
    }

    private FeatureLevels levels() {
        return cluster.image().features();
    }
}
