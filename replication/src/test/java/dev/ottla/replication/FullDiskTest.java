package dev.ottla.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.Clock;
import dev.ottla.base.DirectoryId;
import dev.ottla.base.ErrorCode;
import dev.ottla.base.Files;
import dev.ottla.base.RandomSource;
import dev.ottla.base.TopicId;
import dev.ottla.log.FolderSettings;
import dev.ottla.log.LogConfig;
import dev.ottla.log.LogFolder;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.MetadataEvent;
import dev.ottla.metadata.PartitionImage;
import dev.ottla.metadata.TopicImage;
import dev.ottla.metadata.config.EffectiveConfigs;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullDiskTest {
    private static final int BROKER = 1;
    private static final TopicId ID = new TopicId(7, 8);

    private final AtomicBoolean full = new AtomicBoolean();

    @Test
    void aTopicCreatedOnAFullDiskIsServedOnceThereIsRoom(@TempDir Path path) throws Exception {
        // Given a topic whose creation met a full disk
        LogFolder folder = open(path);
        try {
            Partitions partitions = new Partitions(
                    BROKER,
                    new DataFolders(List.of(DataFolder.open(new DirectoryId(5, 5), folder))),
                    current -> EffectiveConfigs.of(current, BROKER, Map.of()));
            ClusterImage empty = ClusterImage.EMPTY.apply(new MetadataEvent.ClusterCreated("cluster"));
            partitions.start(empty);
            full.set(true);
            partitions.apply(
                    empty,
                    empty.apply(new MetadataEvent.TopicCreated(
                            new TopicImage("t", ID, List.of(PartitionImage.created(0, List.of(BROKER)))))));
            Partition partition = partitions.byName("t", 0);
            assertThat(partition.checkAppend(true)).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
            Changes changes = new Changes();
            partition.watch(changes);

            // When there is room
            full.set(false);

            // Then it is served without a restart, and those who wait for it are told
            assertThat(changes.first.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(partition.checkAppend(true)).isEqualTo(ErrorCode.NONE);
            assertThat(partition.endOffset()).isZero();
        } finally {
            folder.close(-1);
        }
    }

    private static final class Changes implements PartitionWatcher {
        private final CountDownLatch first = new CountDownLatch(1);

        @Override
        public void onProgress(Partition partition, int sizeBytes) {}

        @Override
        public void onChange(Partition partition) {
            first.countDown();
        }
    }

    private LogFolder open(Path path) throws IOException {
        return LogFolder.open(
                FolderSettings.defaults(path),
                partition -> LogConfig.defaults(),
                mayBeFull(),
                Clock.system(),
                RandomSource.seeded(1));
    }

    /** The machine's files, on which nothing more can be put in place while {@link #full}. */
    private Files mayBeFull() {
        return (Files) Proxy.newProxyInstance(
                Files.class.getClassLoader(), new Class<?>[] {Files.class}, (_, method, with) -> {
                    if (full.get() && method.getName().equals("replace")) {
                        throw new IOException("No space left on device");
                    }
                    if (full.get() && method.getName().equals("usableBytes")) {
                        return 0L;
                    }
                    try {
                        return method.invoke(Files.system(), with);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                });
    }
}
