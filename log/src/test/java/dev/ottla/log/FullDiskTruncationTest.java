package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.OttlaException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A disk that has no room in the middle of a truncation. */
class FullDiskTruncationTest {
    private final SimulatedFiles files = new SimulatedFiles();

    @Test
    void whatTheJournalWasToldToCutIsCutByTheNextStart() throws IOException {
        // Given records in the journal
        TestFolder test = new TestFolder(files, Path.of("/data"), TestFolder.small(10_000), 256 << 10);
        for (int i = 0; i < 5; i++) {
            test.append(TestFolder.batch(test.nowMs, "value-" + i));
        }
        test.commit();
        assertThat(test.log().state().durableEnd()).isEqualTo(5);

        // When there is no room for the epochs after some of them were cut
        Path epochs = test.partitionPath().resolve("leader-epoch-checkpoint.tmp");
        files.step = (change, path) -> {
            if (path.equals(epochs)) {
                throw new IOException("No space left on device");
            }
        };
        assertThatThrownBy(() -> test.log().truncateTo(2)).isInstanceOf(OttlaException.class);
        files.step = (change, path) -> {};

        // Then nothing above counts as durable, and nothing more is appended until a start has made the files and the
        // journal one
        assertThat(test.log().state().durableEnd()).isEqualTo(2);
        assertThat(test.folder.failure()).contains("truncating");
        assertThat(test.tryAppend(TestFolder.batch(test.nowMs, "no"), 0).succeeded())
                .isFalse();
        files.killed();
        test.open();
        assertThat(test.log().endOffset()).isEqualTo(2);
        assertThat(test.append(TestFolder.batch(test.nowMs, "yes")).lastOffset())
                .isEqualTo(2);
    }
}
