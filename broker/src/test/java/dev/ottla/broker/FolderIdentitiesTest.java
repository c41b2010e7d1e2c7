package dev.ottla.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.Files;
import dev.ottla.base.RandomSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderIdentitiesTest {
    private final Files files = Files.system();

    @TempDir
    private Path folder;

    @Test
    void aNewFolderGetsIdsAndKeepsThem() throws IOException {
        // Given
        FolderIdentities first = establish(OptionalInt.empty(), 1);
        assertThat(first.usedBefore()).isNull();
        assertThat(first.nodeId()).isEqualTo(1);
        assertThat(first.clusterId()).hasSize(22);

        // When started again, with other chance
        FolderIdentities second = establish(OptionalInt.of(1), 2);

        // Then
        assertThat(second)
                .isEqualTo(new FolderIdentities(first.clusterId(), 1, first.directoryIds(), Map.of(), folder));
        assertThat(new String(files.readAll(file()), StandardCharsets.UTF_8))
                .contains("version=ottla-1", "node.id=1", "cluster.id=" + first.clusterId(), "directory.id=");
    }

    @Test
    void anotherNodeIdIsRefused() throws IOException {
        establish(OptionalInt.of(3), 1);
        assertThatThrownBy(() -> establish(OptionalInt.of(4), 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("node.id is set to 4")
                .hasMessageContaining("node 3");
    }

    @Test
    void foldersOfTwoClustersAreRefused(@TempDir Path other) throws IOException {
        establish(OptionalInt.empty(), 1);
        read(2, other).write(files, other);
        assertThatThrownBy(() -> read(3, folder, other))
                .isInstanceOf(FolderConflictException.class)
                .hasMessageContaining("belongs to cluster");
    }

    @Test
    void aSecondFolderJoinsTheFirst(@TempDir Path other) throws IOException {
        FolderIdentities one = establish(OptionalInt.empty(), 1);
        FolderIdentities two = read(2, folder, other);
        two.write(files, other);
        assertThat(two.clusterId()).isEqualTo(one.clusterId());
        assertThat(two.directoryIds().values()).hasSize(2).doesNotHaveDuplicates();
        assertThat(two.idOf(folder)).isEqualTo(one.idOf(folder));
        assertThat(MetaProperties.read(files, other, "").clusterId()).isEqualTo(one.clusterId());
    }

    @Test
    void aCopyOfAFolderIsRefused(@TempDir Path other) throws IOException {
        establish(OptionalInt.empty(), 1);
        files.replace(other.resolve("meta.properties"), files.readAll(file()));
        assertThatThrownBy(() -> read(2, folder, other))
                .isInstanceOf(FolderConflictException.class)
                .hasMessageContaining("the same directory.id");
    }

    @Test
    void aFolderThatCannotBeReadIsLeftOutUnlessItHasTheMetadata(@TempDir Path other) throws IOException {
        // Given a file where a folder should be
        Path broken = other.resolve("file");
        files.replace(broken, new byte[1]);
        // When and then
        FolderIdentities identities = read(1, folder, broken);
        assertThat(identities.failures()).containsOnlyKeys(broken);
        assertThat(identities.directoryIds()).containsOnlyKeys(folder);
        assertThatThrownBy(() -> read(1, broken, folder)).hasMessageContaining("metadata");
        assertThatThrownBy(() -> FolderIdentities.read(
                        files, folder, List.of(broken), OptionalInt.empty(), RandomSource.seeded(1)))
                .hasMessageContaining("No data folder");
    }

    private FolderIdentities read(long seed, Path... folders) throws IOException {
        return FolderIdentities.read(
                files, folders[0], List.of(folders), OptionalInt.empty(), RandomSource.seeded(seed));
    }

    @Test
    void kafkasOwnFileIsUnderstoodAndAForeignOneIsNot() throws IOException {
        files.replace(file(), "#\n#Thu\ncluster.id=abc\nversion=1\nnode.id=5\n".getBytes(StandardCharsets.UTF_8));
        FolderIdentities read = establish(OptionalInt.empty(), 1);
        assertThat(read.nodeId()).isEqualTo(5);
        assertThat(read.clusterId()).isEqualTo("abc");
        assertThat(establish(OptionalInt.empty(), 2).directoryIds()).isEqualTo(read.directoryIds());

        for (String bad : List.of("version=2\nnode.id=1\ncluster.id=a", "version=1\nnode.id=x\ncluster.id=a", "x=y")) {
            files.replace(file(), bad.getBytes(StandardCharsets.UTF_8));
            assertThatThrownBy(() -> establish(OptionalInt.empty(), 1))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("meta.properties");
        }
    }

    private FolderIdentities establish(OptionalInt nodeId, long seed) throws IOException {
        FolderIdentities identities =
                FolderIdentities.read(files, folder, List.of(folder), nodeId, RandomSource.seeded(seed));
        identities.write(files, folder);
        return identities;
    }

    private Path file() {
        return folder.resolve("meta.properties");
    }
}
