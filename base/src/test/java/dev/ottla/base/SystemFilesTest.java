package dev.ottla.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemFilesTest {
    private final Files files = Files.system();

    @TempDir
    Path folder;

    @Test
    void replaceLeavesOnlyTheNewContent() throws IOException {
        // Given a file with longer content
        Path file = folder.resolve("checkpoint");
        files.replace(file, "older and longer".getBytes(StandardCharsets.UTF_8));

        // When it is replaced
        files.replace(file, "new".getBytes(StandardCharsets.UTF_8));

        // Then the new content stands alone, with no temporary file beside it
        assertThat(files.readAll(file)).isEqualTo("new".getBytes(StandardCharsets.UTF_8));
        assertThat(files.list(folder)).containsExactly(file);
    }

    @Test
    void writesAndReadsAtPositions() throws IOException {
        // Given a file with a hole before its bytes
        try (FileHandle handle = files.open(folder.resolve("log"), true)) {
            handle.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 5);

            // When read at the position
            ByteBuffer target = ByteBuffer.allocate(8);
            int count = handle.read(target, 5);

            // Then the bytes are there and the size counts the hole
            assertThat(count).isEqualTo(3);
            assertThat(handle.size()).isEqualTo(8);
        }
    }

    @Test
    void deleteTreeTakesEverythingAndToleratesAbsence() throws IOException {
        // Given a folder with a file in a folder
        Path tree = folder.resolve("tree");
        files.createFolders(tree.resolve("inner"));
        files.open(tree.resolve("inner").resolve("file"), true).close();

        // When deleted twice
        files.deleteTree(tree);
        files.deleteTree(tree);

        // Then nothing is left
        assertThat(files.exists(tree)).isFalse();
    }

    @Test
    void aLockHasOneHolder() throws IOException {
        // Given a file that is locked
        Path file = folder.resolve(".lock");
        Closeable holder = files.tryLock(file);
        assertThat(holder).isNotNull();

        // When another asks for it, then it is refused until the first lets go
        assertThat(files.tryLock(file)).isNull();
        holder.close();
        Closeable next = files.tryLock(file);
        assertThat(next).isNotNull();
        next.close();
    }
}
