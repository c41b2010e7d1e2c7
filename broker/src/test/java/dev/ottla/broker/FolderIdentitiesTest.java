package dev.ottla.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.Files;
import dev.ottla.base.RandomSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
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
        assertThat(first.isNew()).isTrue();
        assertThat(first.nodeId()).isEqualTo(1);
        assertThat(first.clusterId()).hasSize(22);

        // When started again, with other chance
        FolderIdentities second = establish(OptionalInt.of(1), 2);

        // Then
        assertThat(second).isEqualTo(new FolderIdentities(first.clusterId(), 1, first.directoryIds(), false));
        assertThat(new String(files.readAll(file()), StandardCharsets.UTF_8))
                .contains("version=1", "node.id=1", "cluster.id=" + first.clusterId(), "directory.id=");
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
        FolderIdentities.read(files, List.of(folder), OptionalInt.empty(), RandomSource.seeded(1))
                .write(files, List.of(folder));
        FolderIdentities.read(files, List.of(other), OptionalInt.empty(), RandomSource.seeded(2))
                .write(files, List.of(other));
        assertThatThrownBy(() -> FolderIdentities.read(
                        files, List.of(folder, other), OptionalInt.empty(), RandomSource.seeded(3)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("belongs to cluster");
    }

    @Test
    void aSecondFolderJoinsTheFirst(@TempDir Path other) throws IOException {
        FolderIdentities one = establish(OptionalInt.empty(), 1);
        FolderIdentities two =
                FolderIdentities.read(files, List.of(folder, other), OptionalInt.empty(), RandomSource.seeded(2));
        two.write(files, List.of(folder, other));
        assertThat(two.clusterId()).isEqualTo(one.clusterId());
        assertThat(two.directoryIds()).hasSize(2).doesNotHaveDuplicates();
        assertThat(MetaProperties.read(files, other, "").clusterId()).isEqualTo(one.clusterId());
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
        FolderIdentities identities = FolderIdentities.read(files, List.of(folder), nodeId, RandomSource.seeded(seed));
        identities.write(files, List.of(folder));
        return identities;
    }

    private Path file() {
        return folder.resolve("meta.properties");
    }
}
