package dev.ottla.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.ottla.base.ByteRate;
import dev.ottla.base.Clock;
import dev.ottla.base.DirectoryId;
import dev.ottla.base.ErrorCode;
import dev.ottla.base.Files;
import dev.ottla.base.OttlaException;
import dev.ottla.base.RandomSource;
import dev.ottla.base.TopicId;
import dev.ottla.log.AppendResult;
import dev.ottla.log.FolderSettings;
import dev.ottla.log.LogConfig;
import dev.ottla.log.LogFolder;
import dev.ottla.metadata.BrokerImage;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.MetadataEvent;
import dev.ottla.metadata.PartitionImage;
import dev.ottla.metadata.TopicImage;
import dev.ottla.metadata.config.EffectiveConfigs;
import dev.ottla.record.BatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Moves between two folders, with a metadata log that is a field. */
class ReplicaMovesTest {
    private static final int BROKER = 1;
    private static final TopicId ID = new TopicId(7, 8);
    private static final DirectoryId A = new DirectoryId(5, 1);
    private static final DirectoryId B = new DirectoryId(5, 2);

    @TempDir
    private Path home;

    private final List<LogFolder> open = new ArrayList<>();
    private ClusterImage image;
    private DataFolders folders;
    private Partitions partitions;
    private ReplicaMoves moves;

    /** What the metadata makes of a move. */
    private enum Metadata {
        DECIDES,
        REFUSES,
        /** It is recorded, and the process ends before anybody follows. */
        DIES_AFTER_DECIDING
    }

    private Metadata metadata = Metadata.DECIDES;
    private volatile double bytesPerSecond = Long.MAX_VALUE;
    /** How long the moves rested, and what time it is for them. */
    private final AtomicLong restedNanos = new AtomicLong();

    private volatile Runnable onRest = () -> {};

    private final class ManualClock implements Clock {
        @Override
        public long wallMs() {
            return 0;
        }

        @Override
        public long monotonicNanos() {
            return restedNanos.get();
        }
    }

    private void rest(long nanos) {
        restedNanos.addAndGet(nanos);
        onRest.run();
    }

    @BeforeEach
    void start() throws IOException {
        image = ClusterImage.EMPTY
                .apply(new MetadataEvent.ClusterCreated("cluster"))
                .apply(new MetadataEvent.BrokerRegistered(new BrokerImage(BROKER, 1, List.of(), null, List.of(A, B))));
        open("a", "b");
        become(image.apply(new MetadataEvent.TopicCreated(new TopicImage(
                "t", ID, List.of(PartitionImage.created(0, List.of(BROKER)).createdIn(BROKER, A))))));
    }

    @AfterEach
    void stop() {
        moves.close();
        open.forEach(folder -> folder.close(-1));
        open.clear();
    }

    @Test
    void everythingOfALogMoves() {
        // Given a log with a producer, a later start and a second epoch
        append(7, 0);
        append(7, 1);
        image = image.apply(new MetadataEvent.LeaderEpochsBumped(BROKER));
        partitions.apply(ClusterImage.EMPTY, image);
        append(7, 2);
        append(-1, -1);
        partition().deleteRecords(2);
        // When it moves
        assertThat(move("b")).isEqualTo(ErrorCode.NONE);
        finishMoves();
        // Then nothing of it is missing
        assertThat(image.topic("t").partition(0).directoryOf(BROKER)).isEqualTo(B);
        assertThat(partition().isIn(folders.logsOf(B))).isTrue();
        assertThat(folders.logsOf(A).logs()).isEmpty();
        assertThat(partition().startOffset()).isEqualTo(2);
        assertThat(partition().endOffset()).isEqualTo(4);
        assertThat(partition().highWatermark()).isEqualTo(4);
        assertThat(partition().log().epochAt(2)).isEqualTo(1);
        AppendResult again = append(7, 2);
        assertThat(again.duplicate()).as("the producer is known").isTrue();
        assertThat(again.baseOffset()).isEqualTo(2);
        assertThat(append(7, 3).baseOffset()).isEqualTo(4);
        assertThat(partition().isHeld()).isFalse();
    }

    @Test
    void allMovesTogetherCopyNoFasterThanTheySay() {
        // Given 3 MiB, which are copied in pieces, and a bound of 1 MiB a second
        append(new byte[1 << 20]);
        append(new byte[1 << 20]);
        append(new byte[1 << 20]);
        bytesPerSecond = 1 << 20;
        // When they move
        move("b");
        finishMoves();
        // Then it took so long as the first two pieces need; nobody waits for the last one, nor for the first tenth
        assertThat(Duration.ofNanos(restedNanos.get())).isBetween(Duration.ofMillis(1900), Duration.ofMillis(2100));
        assertThat(partition().isIn(folders.logsOf(B))).isTrue();
    }

    @Test
    void aBoundThatIsLiftedIsLiftedForTheMoveUnderWay() {
        // Given a move that would take days
        append(new byte[1 << 20]);
        append(new byte[1 << 20]);
        bytesPerSecond = 1;
        onRest = () -> bytesPerSecond = Long.MAX_VALUE;
        // When the bound is lifted while it rests, then it goes on at once
        move("b");
        finishMoves();
        assertThat(Duration.ofNanos(restedNanos.get())).isLessThan(Duration.ofSeconds(1));
        assertThat(partition().isIn(folders.logsOf(B))).isTrue();
    }

    @Test
    void aMoveThatRestsEndsWhenItIsNotWantedAnyMore() throws IOException {
        // Given a bound that lets nothing pass behind the first piece
        append(new byte[1 << 20]);
        append(new byte[1 << 20]);
        bytesPerSecond = 0;
        // When the replica is to stay where it is
        move("b");
        move("a");
        finishMoves();
        // Then the copy goes
        assertThat(partition().isIn(folders.logsOf(A))).isTrue();
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            while (!folders.logsOf(B).futures().left().isEmpty()) {
                Thread.onSpinWait();
            }
        });
    }

    @Test
    void whatTheMetadataRefusesStays() throws IOException {
        append(7, 0);
        metadata = Metadata.REFUSES;
        move("b");
        finishMoves();
        assertThat(partition().isIn(folders.logsOf(A))).isTrue();
        assertThat(append(7, 1).succeeded()).isTrue();
        assertThat(folders.logsOf(B).futures().left()).isEmpty();
        assertThat(folders.logsOf(B).logs()).isEmpty();
    }

    @Test
    void aDecisionThatNobodyFollowedIsFollowedAtTheNextStart() throws IOException {
        // Given a process that ended between the decision and the renaming
        append(7, 0);
        append(7, 1);
        partition().deleteRecords(1);
        metadata = Metadata.DIES_AFTER_DECIDING;
        move("b");
        finishMoves();
        assertThat(partition().checkLeader(Partition.NO_EPOCH)).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        // When it starts again
        restart("a", "b");
        // Then the copy is the log
        assertThat(partition().isIn(folders.logsOf(B))).isTrue();
        assertThat(partition().startOffset()).isEqualTo(1);
        assertThat(partition().endOffset()).isEqualTo(2);
        assertThat(folders.logsOf(A).logs()).isEmpty();
        assertThat(append(7, 1).duplicate()).isTrue();
    }

    @Test
    void aMoveThatWasCutShortGoesOnAtTheNextStart() throws IOException {
        append(7, 0);
        folders.logsOf(B)
                .futures()
                .create(partition().log())
                .copyFrom(partition().log());
        restart("a", "b");
        assertThat(partition().isIn(folders.logsOf(A))).isTrue();
        append(7, 1);
        moves.resume();
        finishMoves();
        assertThat(partition().isIn(folders.logsOf(B))).isTrue();
        assertThat(partition().endOffset()).isEqualTo(2);
    }

    @Test
    void aCopyOfADeletedTopicGoes() throws IOException {
        append(7, 0);
        folders.logsOf(B).futures().create(partition().log());
        image = image.apply(new MetadataEvent.TopicDeleted(ID));
        restart("a", "b");
        assertThat(folders.logsOf(B).futures().left()).isEmpty();
    }

    @Test
    void whileItIsHeldNothingChanges() {
        append(7, 0);
        Partition partition = partition();
        partition.hold();
        assertThat(append(7, 1).error()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThatThrownBy(() -> partition.deleteRecords(1))
                .isInstanceOfSatisfying(
                        OttlaException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER));
        assertThat(partition.isHeld()).isTrue();
        partition.release();
        partition.awaitRelease();
        assertThat(append(7, 1).succeeded()).isTrue();
    }

    @Test
    void aMissingFoldersLogIsNotMadeAnew() throws IOException {
        append(7, 0);
        // When only the other folder is there, then the partition is known, but not served
        restart("-", "b");
        assertThat(partition().checkLeader(Partition.NO_EPOCH)).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        assertThat(folders.logsOf(B).logs()).isEmpty();
        assertThat(homes().found()).isEmpty();
        assertThat(move("b")).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        // And when it is back, it is served
        restart("a", "b");
        assertThat(partition().endOffset()).isEqualTo(1);
    }

    @Test
    void whatWasMovedByHandOrNeverAssignedIsFound() throws IOException {
        // Given a log that somebody moved, and one of before there were directories
        append(7, 0);
        TopicId old = new TopicId(7, 9);
        become(image.apply(new MetadataEvent.TopicCreated(
                new TopicImage("old", old, List.of(PartitionImage.created(0, List.of(BROKER)))))));
        assertThat(folders.holding(partitions.byName("old", 0).id()).id()).isEqualTo(B);
        stop();
        java.nio.file.Files.move(home.resolve("a/t-0"), home.resolve("b/t-0"));
        // When
        openFolders("a", "b");
        // Then
        assertThat(homes().found())
                .containsExactlyInAnyOrder(
                        new ReplicaHomes.Found(image.topic("t").topicPartition(0), A, B),
                        new ReplicaHomes.Found(image.topic("old").topicPartition(0), DirectoryId.UNASSIGNED, B));
    }

    @Test
    void whatCannotBeFoundIsLostWhileAFolderIsMissing() throws IOException {
        image = image.apply(new MetadataEvent.TopicCreated(
                new TopicImage("old", new TopicId(7, 9), List.of(PartitionImage.created(0, List.of(BROKER))))));
        stop();
        openFolders("-", "b");
        assertThat(homes().found())
                .containsExactly(new ReplicaHomes.Found(
                        image.topic("old").topicPartition(0), DirectoryId.UNASSIGNED, DirectoryId.LOST));
    }

    private ReplicaHomes homes() {
        return new ReplicaHomes(BROKER, folders, image);
    }

    private boolean assign(ReplicaHomes.Found change) {
        PartitionImage moved = image.topic(change.partition().topicId())
                .partition(change.partition().partition())
                .inDirectory(BROKER, change.to());
        ClusterImage after = image.apply(
                new MetadataEvent.PartitionChanged(change.partition().topicId(), moved));
        switch (metadata) {
            case DECIDES -> become(after);
            case REFUSES -> {
                return false;
            }
            case DIES_AFTER_DECIDING -> {
                image = after;
                throw new OttlaException(ErrorCode.KAFKA_STORAGE_ERROR, "The process ends");
            }
        }
        return true;
    }

    private ErrorCode move(String name) {
        return moves.move("t", 0, home.resolve(name).toString());
    }

    private void finishMoves() {
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            while (moves.underWay() > 0) {
                Thread.onSpinWait();
            }
        });
    }

    private Partition partition() {
        return partitions.byName("t", 0);
    }

    private void restart(String... names) throws IOException {
        stop();
        open(names);
    }

    private void open(String... names) throws IOException {
        openFolders(names);
        homes().settle();
        partitions = new Partitions(BROKER, folders, current -> EffectiveConfigs.of(current, BROKER, Map.of()));
        partitions.start(image);
        ByteRate rate = new ByteRate(new ManualClock(), () -> bytesPerSecond);
        moves = new ReplicaMoves(folders, partitions, this::assign, new MovePace(rate, this::rest), 1);
    }

    /** A dash for a folder that cannot be opened. */
    private void openFolders(String... names) throws IOException {
        List<DataFolder> all = new ArrayList<>();
        for (int i = 0; i < names.length; i++) {
            DirectoryId id = i == 0 ? A : B;
            if (names[i].equals("-")) {
                all.add(new DataFolder(home.resolve("a"), id, null));
                continue;
            }
            LogFolder folder = LogFolder.open(
                    FolderSettings.defaults(home.resolve(names[i])),
                    partition -> LogConfig.defaults(),
                    Files.system(),
                    Clock.system(),
                    RandomSource.seeded(1));
            open.add(folder);
            all.add(DataFolder.open(id, folder));
        }
        folders = new DataFolders(all);
    }

    private void become(ClusterImage after) {
        ClusterImage before = image;
        image = after;
        partitions.apply(before, after);
    }

    private void append(byte[] value) {
        ByteBuffer batch =
                new BatchBuilder().append(5, null, ByteBuffer.wrap(value)).build();
        assertThat(partition().append(batch, 5, 0, 5).succeeded()).isTrue();
    }

    private AppendResult append(long producerId, int sequence) {
        ByteBuffer batch = new BatchBuilder()
                .producer(producerId, (short) (producerId < 0 ? -1 : 0), sequence)
                .append(5, null, ByteBuffer.wrap(new byte[] {1}))
                .build();
        return partition().append(batch, 5, 0, 5);
    }
}
