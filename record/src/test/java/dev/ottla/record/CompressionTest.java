package dev.ottla.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.base.RandomSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.ByteBufferOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class CompressionTest {
    private static final byte MAGIC = 2;
    private static final List<Integer> SIZES = List.of(0, 1, 100, 16_384, 32_768, 32_769, 65_536, 65_537, 1_000_003);

    private final Compression compression = new Compression();

    @AfterEach
    void close() {
        compression.close();
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void kafkaReadsWhatWeCompress(Codec codec) throws IOException {
        for (int size : SIZES) {
            // Given
            byte[] content = content(size);

            // When
            ByteBuffer compressed =
                    compression.compress(codec, Compression.defaultLevel(codec), ByteBuffer.wrap(content));

            // Then
            assertThat(kafkaDecompress(codec, compressed)).as("%d bytes", size).isEqualTo(content);
        }
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void weReadWhatKafkaCompresses(Codec codec) throws IOException {
        for (int size : SIZES) {
            // Given
            byte[] content = content(size);
            ByteBuffer compressed = kafkaCompress(kafka(codec, Compression.defaultLevel(codec)), content);
            if (codec == Codec.SNAPPY && size == 0) {
                continue; // Kafka's own reader refuses it
            }

            // When, Then: from the heap and from direct memory
            assertThat(decompress(codec, compressed)).as("%d bytes", size).isEqualTo(content);
            ByteBuffer direct = ByteBuffer.allocateDirect(compressed.remaining());
            direct.put(compressed.duplicate()).flip();
            assertThat(decompress(codec, direct)).as("%d bytes, direct", size).isEqualTo(content);
        }
    }

    @ParameterizedTest
    @MethodSource("levels")
    void everyLevelIsReadByKafkaAndByUs(Codec codec, int level) throws IOException {
        // Given
        byte[] content = content(200_000);

        // When
        ByteBuffer ours = compression.compress(codec, level, ByteBuffer.wrap(content));
        ByteBuffer theirs = kafkaCompress(kafka(codec, level), content);

        // Then
        assertThat(kafkaDecompress(codec, ours)).isEqualTo(content);
        assertThat(decompress(codec, theirs)).isEqualTo(content);
    }

    static Stream<Arguments> levels() {
        Stream<Arguments> gzip = IntStream.of(-1, 1, 9).mapToObj(level -> Arguments.of(Codec.GZIP, level));
        Stream<Arguments> lz4 = IntStream.of(1, 9, 17).mapToObj(level -> Arguments.of(Codec.LZ4, level));
        // 20 and up announce windows that are not streamed
        Stream<Arguments> zstd = IntStream.of(-5, 1, 3, 19, 20, 22).mapToObj(level -> Arguments.of(Codec.ZSTD, level));
        return Stream.of(gzip, lz4, zstd).flatMap(arguments -> arguments);
    }

    @ParameterizedTest
    @EnumSource(
            value = Codec.class,
            names = {"GZIP", "LZ4", "ZSTD"})
    void allowsTheLevelsThatKafkaAllows(Codec codec) {
        for (int level : new int[] {-131_073, -131_072, -2, -1, 0, 1, 8, 9, 10, 17, 18, 22, 23}) {
            assertThat(Compression.isLevel(codec, level)).as("level %d", level).isEqualTo(kafkaAllows(codec, level));
        }
    }

    @Test
    void readsConcatenatedGzipMembersAsKafkaDoes() throws IOException {
        // Given: two members and a few bytes that are none
        byte[] content = content(5_000);
        ByteBuffer member = compression.compress(Codec.GZIP, -1, ByteBuffer.wrap(content));
        ByteBuffer twice = ByteBuffer.allocate(2 * member.remaining());
        twice.put(member.duplicate()).put(member.duplicate()).flip();

        // When, Then
        assertThat(decompress(Codec.GZIP, twice)).isEqualTo(kafkaDecompress(Codec.GZIP, twice));
    }

    @Test
    void readsARawSnappyBlock() throws IOException {
        byte[] content = content(100_000);
        ByteBuffer raw = ByteBuffer.wrap(org.xerial.snappy.Snappy.compress(content));
        assertThat(decompress(Codec.SNAPPY, raw)).isEqualTo(content);
    }

    @Test
    void looksAtTheVersionInLaterSnappyHeadersOnlyAsKafkaDoes() throws IOException {
        // Given: two framed streams in a row (found by fuzzing: seed 4454370454121913683)
        byte[] content = content(1_000);
        ByteBuffer stream = compression.compress(Codec.SNAPPY, 0, ByteBuffer.wrap(content));
        ByteBuffer both = ByteBuffer.allocate(2 * stream.remaining());
        both.put(stream.duplicate()).put(stream.duplicate()).flip();
        int versionAt = 8;

        // When, Then: no version in the first header is read on
        both.putInt(versionAt, 0);
        assertThat(decompress(Codec.SNAPPY, both)).isEqualTo(kafkaDecompress(Codec.SNAPPY, both));

        // When, Then: in the second it is refused
        both.putInt(stream.remaining() + versionAt, 0);
        assertThat(attempt(() -> kafkaDecompress(Codec.SNAPPY, both))).isNull();
        assertThat(attempt(() -> decompress(Codec.SNAPPY, both))).isNull();
    }

    @ParameterizedTest
    @EnumSource(value = Codec.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void refusesEveryCutOffStreamOrReadsItAsKafkaDoes(Codec codec) {
        // Given
        ByteBuffer whole =
                compression.compress(codec, Compression.defaultLevel(codec), ByteBuffer.wrap(content(3_000)));

        for (int size = 0; size < whole.remaining(); size++) {
            // When: the stream ends early
            ByteBuffer cut = whole.slice(0, size);

            // Then
            byte[] theirs = attempt(() -> kafkaDecompress(codec, cut));
            byte[] ours = attempt(() -> decompress(codec, cut));
            assertThat(ours).as("%s cut to %d bytes", codec, size).isEqualTo(theirs);
        }
    }

    @Test
    void refusesALevelThatIsNone() {
        assertThatThrownBy(() -> compression.compress(Codec.GZIP, 10, ByteBuffer.allocate(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesGarbage() {
        assertThatThrownBy(() -> compression.decompress(Codec.LZ4, ByteBuffer.wrap(content(100))))
                .isInstanceOfSatisfying(
                        OttlaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_RECORD));
    }

    private interface Reading {
        byte[] read() throws IOException;
    }

    /** Null when refused. */
    private static byte[] attempt(Reading reading) {
        try {
            return reading.read();
        } catch (IOException | RuntimeException | org.xerial.snappy.SnappyError e) {
            return null;
        }
    }

    /** Half text-like, half noise. */
    private static byte[] content(int size) {
        RandomSource random = RandomSource.seeded(size);
        byte[] content = new byte[size];
        for (int i = 0; i < size; i++) {
            content[i] = (byte) (i / 1000 % 2 == 0 ? i % 50 : random.nextLong());
        }
        return content;
    }

    private byte[] decompress(Codec codec, ByteBuffer compressed) {
        ByteBuffer content = compression.decompress(codec, compressed);
        byte[] bytes = new byte[content.remaining()];
        content.get(bytes);
        return bytes;
    }

    private static boolean kafkaAllows(Codec codec, int level) {
        try {
            kafka(codec, level);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static org.apache.kafka.common.compress.Compression kafka(Codec codec, int level) {
        return switch (codec) {
            case NONE -> org.apache.kafka.common.compress.Compression.NONE;
            case GZIP ->
                org.apache.kafka.common.compress.Compression.gzip().level(level).build();
            case SNAPPY -> org.apache.kafka.common.compress.Compression.snappy().build();
            case LZ4 ->
                org.apache.kafka.common.compress.Compression.lz4().level(level).build();
            case ZSTD ->
                org.apache.kafka.common.compress.Compression.zstd().level(level).build();
        };
    }

    private static ByteBuffer kafkaCompress(org.apache.kafka.common.compress.Compression codec, byte[] content)
            throws IOException {
        ByteBufferOutputStream target = new ByteBufferOutputStream(1024);
        try (OutputStream out = codec.wrapForOutput(target, MAGIC)) {
            out.write(content);
        }
        return target.buffer().flip();
    }

    private static byte[] kafkaDecompress(Codec codec, ByteBuffer compressed) throws IOException {
        var kafka = org.apache.kafka.common.compress.Compression.of(CompressionType.forId(codec.id()))
                .build();
        try (InputStream in = kafka.wrapForInput(compressed.duplicate(), MAGIC, BufferSupplier.NO_CACHING)) {
            return in.readAllBytes();
        }
    }
}
