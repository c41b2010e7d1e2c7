package dev.ottla.log.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.RandomSource;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OffsetMapTest {
    @Test
    void itIsAMapOfTheLastOffsets() {
        for (long seed = 1; seed <= 50; seed++) {
            RandomSource random = RandomSource.seeded(seed);
            Map<String, Long> model = new HashMap<>();
            int keys = 1 + (int) Math.floorMod(random.nextLong(), 3000L);
            try (OffsetMap map = new OffsetMap(keys, 1 << 20, 0.9, seed)) {
                for (long offset = 10; offset < 5000; offset += 1 + Math.floorMod(random.nextLong(), 3L)) {
                    String key = "k" + Math.floorMod(random.nextLong(), (long) keys);
                    // Where the key lies in the buffer does not matter
                    ByteBuffer buffer = bytes("..." + key + "...");
                    map.put(buffer, 3, key.length(), offset);
                    model.put(key, offset);
                    assertThat(map.latestOffset()).isEqualTo(offset);
                }
                assertThat(map.size()).isEqualTo(model.size());
                for (int i = 0; i < keys; i++) {
                    String key = "k" + i;
                    assertThat(map.get(bytes(key), 0, key.length()))
                            .as("seed " + seed + " " + key)
                            .isEqualTo(model.getOrDefault(key, OffsetMap.NONE));
                }
            }
        }
    }

    @Test
    void itTakesNoMoreMemoryThanItMayAndSaysWhenItIsFull() {
        try (OffsetMap map = new OffsetMap(1_000_000_000L, 1000 * OffsetMap.SLOT_BYTES, 0.5, 7)) {
            assertThat(map.memoryBytes()).isEqualTo(1000 * OffsetMap.SLOT_BYTES);
            for (int i = 0; i < 500; i++) {
                assertThat(map.isFull()).isFalse();
                map.put(bytes("key" + i), 0, 4, i);
                map.put(bytes("key" + i), 0, ("key" + i).length(), i);
                if (map.size() >= 500) {
                    break;
                }
            }
            assertThat(map.isFull()).isTrue();
            assertThatThrownBy(() -> map.put(bytes("more"), 0, 4, 1000)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aFullTableStillEndsItsSearches() {
        try (OffsetMap map = new OffsetMap(64, 64 * OffsetMap.SLOT_BYTES, 1.0, 7)) {
            for (int i = 0; !map.isFull(); i++) {
                map.put(bytes("key" + i), 0, ("key" + i).length(), i);
            }
            assertThat(map.get(bytes("absent"), 0, 6)).isEqualTo(OffsetMap.NONE);
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
