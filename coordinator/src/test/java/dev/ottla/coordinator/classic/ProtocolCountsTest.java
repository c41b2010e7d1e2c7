package dev.ottla.coordinator.classic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.RandomSource;
import dev.ottla.coordinator.event.ClassicOffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProtocolCountsTest {
    private static final int STEPS = 2_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void saysOfEveryNewcomerWhatAskingEveryMemberWouldSay(long seed) {
        RandomSource random = RandomSource.seeded(seed);
        ProtocolCounts counts = new ProtocolCounts();
        List<List<ClassicOffer>> members = new ArrayList<>();
        int fitting = 0;
        for (int step = 0; step < STEPS; step++) {
            // Given members that come, go, and have a protocol twice
            List<ClassicOffer> offers = offers(random);
            if (!members.isEmpty() && below(random, 2) == 0) {
                counts.remove(members.remove(below(random, members.size())));
            } else {
                counts.add(offers);
                members.add(offers);
            }
            // When somebody asks to join, then the counts say what the members would
            List<ClassicOffer> asked = offers(random);
            boolean fits = asked.stream()
                    .anyMatch(offer -> members.stream()
                            .allMatch(member ->
                                    member.stream().anyMatch(own -> own.name().equals(offer.name()))));
            assertThat(counts.fits(asked, members.size()))
                    .as("seed %d, step %d", seed, step)
                    .isEqualTo(fits);
            fitting += fits ? 1 : 0;
        }
        assertThat(fitting).isBetween(1, STEPS - 1);
    }

    private static List<ClassicOffer> offers(RandomSource random) {
        return Stream.generate(() -> new ClassicOffer("protocol-" + below(random, 4), new byte[0]))
                .limit(1 + below(random, 4))
                .toList();
    }

    private static int below(RandomSource random, int bound) {
        return Math.floorMod(random.nextLong(), bound);
    }
}
