package dev.ottla.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class EventCodecTest {
    @Test
    void everyEventComesBackAsItWas() {
        // Given
        List<MetadataEvent> events = Events.oneOfEach();
        Set<Class<?>> kinds = events.stream().map(Object::getClass).collect(Collectors.toSet());
        assertThat(kinds).containsExactlyInAnyOrder(MetadataEvent.class.getPermittedSubclasses());
        // When and then
        assertThat(EventCodec.decode(ByteBuffer.wrap(EventCodec.encode(events))))
                .isEqualTo(events);
    }

    @Test
    void bytesOfTheFirstFormatStayReadable() throws IOException {
        // Given events as version 0.1 wrote them; when and then
        assertThat(EventCodec.decode(golden("events-1.hex"))).isEqualTo(Events.ofTheFirstFormat());
    }

    @Test
    void bytesWithDirectoriesStayReadable() throws IOException {
        // Given events as they were written first when partitions had directories; when and then
        assertThat(EventCodec.decode(golden("events-2.hex"))).isEqualTo(Events.withDirectories());
        assertThat(ByteBuffer.wrap(EventCodec.encode(Events.withDirectories()))).isEqualTo(golden("events-2.hex"));
    }

    @Test
    void bytesWithLevelsOfFeaturesStayReadable() throws IOException {
        // Given events as they were written first when levels could be set; when and then
        assertThat(EventCodec.decode(golden("events-3.hex"))).isEqualTo(Events.oneOfEach());
        assertThat(ByteBuffer.wrap(EventCodec.encode(Events.oneOfEach()))).isEqualTo(golden("events-3.hex"));
    }

    private static ByteBuffer golden(String name) throws IOException {
        try (InputStream stream = EventCodecTest.class.getResourceAsStream(name)) {
            String text = new String(stream.readAllBytes(), StandardCharsets.US_ASCII);
            return ByteBuffer.wrap(HexFormat.of().parseHex(text.strip()));
        }
    }

    @Test
    void anyPrefixIsRefusedNotMisread() {
        byte[] bytes = EventCodec.encode(Events.oneOfEach());
        for (int length = 0; length < bytes.length; length++) {
            ByteBuffer prefix = ByteBuffer.wrap(bytes, 0, length);
            assertThatThrownBy(() -> EventCodec.decode(prefix)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void unknownKindsAndVersionsAndTrailingBytesAreRefused() {
        byte[] bytes = EventCodec.encode(List.of(new MetadataEvent.LeaderEpochsBumped(1)));
        byte[] kind = bytes.clone();
        kind[4] = 99;
        byte[] version = bytes.clone();
        version[5] = 2;
        byte[] longer = java.util.Arrays.copyOf(bytes, bytes.length + 1);
        assertThatThrownBy(() -> EventCodec.decode(ByteBuffer.wrap(kind))).hasMessageContaining("Unknown kind");
        assertThatThrownBy(() -> EventCodec.decode(ByteBuffer.wrap(version))).hasMessageContaining("newer");
        assertThatThrownBy(() -> EventCodec.decode(ByteBuffer.wrap(longer))).hasMessageContaining("follow");
    }
}
