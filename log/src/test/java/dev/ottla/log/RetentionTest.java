package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.record.BatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What retention takes away, and what becomes of a transaction that begins in it: as Apache Kafka does, see RetentionPropertyTest. */
class RetentionTest {
    private static final int RECORD_BYTES = 200;

    private final SimulatedFiles files = new SimulatedFiles();

    enum By {
        TIME(1000, -1),
        SIZE(-1, 2 * RECORD_BYTES);

        final long retentionMs;
        final long retentionBytes;

        By(long retentionMs, long retentionBytes) {
            this.retentionMs = retentionMs;
            this.retentionBytes = retentionBytes;
        }
    }

    private TestFolder folder(long retentionMs, long retentionBytes) throws IOException {
        return new TestFolder(files, Path.of("/data"), TestFolder.retaining(1 << 20, retentionMs, retentionBytes));
    }

    private static ByteBuffer data(TestFolder test, int sequence) {
        return TestFolder.fill(
                        new BatchBuilder().producer(7, (short) 0, sequence).transactional(),
                        test.nowMs,
                        "x".repeat(RECORD_BYTES))
                .build();
    }

    private static ByteBuffer plain(TestFolder test) {
        return TestFolder.batch(test.nowMs, "x".repeat(RECORD_BYTES));
    }

    /** Each record in a segment of its own; the last one is the active segment's. */
    private static void append(TestFolder test, ByteBuffer batch) {
        if (test.log().endOffset() > 0) {
            test.log().roll();
        }
        test.append(batch);
    }

    @ParameterizedTest
    @EnumSource
    void aTransactionThatIsOpenKeepsNoSegment(By by) throws IOException {
        // Given a transaction that began in the first of many segments and is open
        TestFolder test = folder(by.retentionMs, by.retentionBytes);
        append(test, data(test, 0));
        append(test, plain(test));
        append(test, plain(test));
        test.nowMs += 1001;
        append(test, data(test, 1));
        append(test, plain(test));
        assertThat(test.log().lastStableOffset()).isZero();

        // When what is old, or too much, is deleted
        assertThat(test.log().applyRetention(test.nowMs)).isEqualTo(3);

        // Then its beginning goes, too, and nothing that is left is stable until it ends
        assertThat(test.log().startOffset()).isEqualTo(3);
        assertThat(test.log().lastStableOffset()).isEqualTo(3);
        assertThat(test.log().producers().hasOpenTransaction(7, (short) 0)).isTrue();
        test.restart();
        assertThat(test.log().lastStableOffset()).isEqualTo(3);
        assertThat(test.log().producers().hasOpenTransaction(7, (short) 0)).isTrue();

        // And an abort is known of what is left, with the offset at which it began
        append(test, TransactionTest.marker(7, 0, false, test.nowMs));
        assertThat(test.log().lastStableOffset()).isEqualTo(6);
        AbortedTransaction aborted = new AbortedTransaction(7, 0, 5, 6);
        assertThat(test.log().producers().aborted(3, 6)).containsExactly(aborted);
        test.restart();
        assertThat(test.log().producers().aborted(3, 6)).containsExactly(aborted);
    }

    @ParameterizedTest
    @EnumSource
    void theTransactionIndexGoesWithTheSegmentOfTheMarker(By by) throws IOException {
        // Given a transaction that was aborted, and records behind it
        TestFolder test = folder(by.retentionMs, by.retentionBytes);
        append(test, data(test, 0));
        append(test, TransactionTest.marker(7, 0, false, test.nowMs));
        assertThat(test.log().producers().aborted(0, 2)).hasSize(1);
        test.nowMs += 1001;
        append(test, plain(test));
        append(test, plain(test));

        // When its segments are deleted
        assertThat(test.log().applyRetention(test.nowMs)).isEqualTo(2);

        // Then nobody is told of it, and all is stable
        assertThat(test.log().producers().aborted(0, 4)).isEmpty();
        assertThat(test.log().lastStableOffset()).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource
    void nothingGoesFromTheHighWatermarkOn(By by) throws IOException {
        // Given old segments, more than may stay, of which the second is not committed
        TestFolder test = folder(by.retentionMs, by.retentionBytes);
        append(test, plain(test));
        test.log().roll();
        for (int i = 0; i < 4; i++) {
            assertThat(test.tryAppend(plain(test), 0).succeeded()).isTrue();
            test.log().roll();
        }
        test.nowMs += 10_000;

        // When retention looks at them
        assertThat(test.log().applyRetention(test.nowMs)).isEqualTo(1);

        // Then it stops there
        assertThat(test.log().startOffset()).isEqualTo(1);
        test.log().advanceHighWatermark(3);
        assertThat(test.log().applyRetention(test.nowMs)).isEqualTo(2);
        assertThat(test.log().startOffset()).isEqualTo(3);
    }

    @Test
    void ofWhatIsLeftNoMoreGoesThanIsTooMuch() throws IOException {
        // Given a large old segment, then small ones, together a little more than may stay
        TestFolder test = folder(1000, 700);
        append(test, TestFolder.batch(test.nowMs, "x".repeat(700)));
        test.nowMs += 1000;
        append(test, TestFolder.batch(test.nowMs, "small"));
        append(test, TestFolder.batch(test.nowMs, "small"));
        assertThat(test.log().sizeBytes()).isBetween(800L, 1000L);

        // When the old one goes for its age, which is more than retention.ms
        assertThat(test.log().applyRetention(test.nowMs)).isZero();
        test.nowMs++;
        assertThat(test.log().applyRetention(test.nowMs)).isEqualTo(1);

        // Then the others stay, which are not too much
        assertThat(test.log().startOffset()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatComesWhileOldSegmentsAreForcedStays(boolean rolls) throws IOException {
        // Given old segments, the active one among them, all too old to stay
        TestFolder test = folder(1000, -1);
        append(test, plain(test));
        append(test, plain(test));
        test.nowMs += 10_000;

        // When a record comes, is committed, and perhaps followed by a new segment, before they are taken out
        boolean[] come = {false};
        files.step = (change, path) -> {
            if (change.equals("force") && !come[0]) {
                come[0] = true;
                test.append(plain(test));
                if (rolls) {
                    test.append(
                            TestFolder.batch(test.nowMs + test.log().config().rollMs() + 1, "later"));
                }
            }
        };
        int deleted = test.log().applyRetention(test.nowMs);

        // Then its segment stays
        assertThat(come[0]).isTrue();
        assertThat(deleted).isEqualTo(1);
        assertThat(test.log().startOffset()).isEqualTo(1);
        assertThat(TestFolder.readAll(test.log(), 1, 5000)).hasSize(rolls ? 3 : 2);
    }
}
