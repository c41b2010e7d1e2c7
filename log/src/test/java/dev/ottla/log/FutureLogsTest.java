package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FutureLogsTest {
    private static final int COPIES = 300;

    @TempDir
    Path data;

    @Test
    void aCopyThatBeginsIsNotTakenForOneThatNeverDid() throws Exception {
        // Given a log, and somebody who looks again and again for the copies in its data folder
        TestFolder test = new TestFolder(Files.system(), data, TestFolder.small(100_000));
        test.append(TestFolder.batch(test.nowMs, "value"));
        PartitionLog source = test.log();
        FutureLogs copies = test.folder.futures();
        AtomicBoolean ended = new AtomicBoolean();
        CountDownLatch looking = new CountDownLatch(1);
        CompletableFuture<Void> looks = CompletableFuture.runAsync(() -> {
            while (!ended.get()) {
                copies.left();
                looking.countDown();
            }
        });
        looking.await();

        // When copies of it begin and go
        try {
            for (int i = 0; i < COPIES; i++) {
                copies.create(source);
                assertThat(copies.left()).containsExactly(TestFolder.PARTITION);
                copies.drop(TestFolder.PARTITION);
            }
        } finally {
            ended.set(true);
        }

        // Then each was there until it went
        looks.join();
        assertThat(copies.left()).isEmpty();
        test.folder.close(-1);
    }
}
