package dev.ottla.log;

import static java.util.Objects.requireNonNull;

import dev.ottla.base.Files;
import dev.ottla.log.inspect.DataFolder;
import dev.ottla.log.inspect.Finding;
import dev.ottla.log.inspect.FolderVerifier;
import dev.ottla.log.inspect.Report;
import dev.ottla.record.BatchBuilder;
import dev.ottla.record.Codec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A log with something of everything, closed in order, and what a verification says of it. */
final class InspectedFolder {
    private InspectedFolder() {}

    /** Several segments: all codecs, idempotent producers, two epochs, committed and aborted transactions. */
    static TestFolder filled(Files files, Path home, int batches) throws IOException {
        TestFolder test = new TestFolder(files, home, TestFolder.small(6000));
        for (int i = 0; i < batches; i++) {
            test.nowMs += 10;
            BatchBuilder builder = new BatchBuilder().codec(requireNonNull(Codec.byId(i % 5)));
            if (i % 3 == 0) {
                builder.producer(i % 2, (short) 0, i / 6 * 3);
            }
            ByteBuffer batch = TestFolder.fill(builder, test.nowMs - i % 7 * 40L, "value-" + i, "b", "c")
                    .build();
            must(test.tryAppend(batch, i < batches / 2 ? 0 : 1));
            if (i % 10 == 9) {
                transaction(test, i / 10);
            }
        }
        test.log().advanceHighWatermark(test.log().endOffset());
        test.runAll();
        test.folder.close(7);
        return test;
    }

    private static void transaction(TestFolder test, int index) {
        int epoch = test.log().latestEpoch();
        ByteBuffer data = TestFolder.fill(
                        new BatchBuilder().producer(50, (short) 0, index).transactional(), test.nowMs, "t")
                .build();
        must(test.tryAppend(data, epoch));
        must(test.tryAppend(TransactionTest.marker(50, 0, index % 2 == 0, test.nowMs), epoch));
    }

    private static void must(AppendResult result) {
        if (!result.succeeded()) {
            throw new AssertionError(result.toString());
        }
    }

    static List<Finding> findings(Files files, Path data) throws IOException {
        List<Finding> findings = new ArrayList<>();
        var report = new Report() {
            @Override
            public void finding(Finding finding) {
                findings.add(finding);
            }

            @Override
            public void progress(long bytes) {}
        };
        FolderVerifier verifier = new FolderVerifier(files, report);
        DataFolder folder = DataFolder.open(files, data);
        verifier.checkpoints(folder);
        for (Path partition : folder.partitions()) {
            verifier.partition(folder, partition);
        }
        return findings;
    }

    static List<Finding> damages(Files files, Path data) throws IOException {
        return findings(files, data).stream()
                .filter(finding -> finding.severity() == Finding.Severity.DAMAGE)
                .toList();
    }
}
