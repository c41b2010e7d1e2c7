package dev.ottla.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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
    void allOfAFileIsReadWhateverItsSize() throws IOException {
        for (int bytes : new int[] {0, 1, 4096, 1 << 20, (1 << 20) + 1}) {
            // Given a file of so many bytes
            byte[] content = new byte[bytes];
            Arrays.fill(content, (byte) 7);
            Path file = folder.resolve("of-" + bytes);
            files.replace(file, content);

            // When it is read, then all of them come
            assertThat(files.readAll(file)).isEqualTo(content);
        }
        // And also of one that does not know its size
        assertThat(new String(files.readAll(Path.of("/proc/self/status")), StandardCharsets.UTF_8))
                .contains("Pid:");
    }

    @Test
    void theNamesInAFolderAreSortedAndAFileHasNone() throws IOException {
        // Given some files
        for (String name : List.of("c", "a", "b")) {
            files.replace(folder.resolve(name), new byte[1]);
        }

        // When they are listed, then in order
        assertThat(files.list(folder)).containsExactly(folder.resolve("a"), folder.resolve("b"), folder.resolve("c"));
        assertThatThrownBy(() -> files.list(folder.resolve("a"))).isInstanceOf(NotDirectoryException.class);
        assertThatThrownBy(() -> files.list(folder.resolve("d"))).isInstanceOf(NoSuchFileException.class);
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
    void aDirectWriteIsReadAsAnyOther() throws IOException {
        // Given a file, and memory that begins and ends as a direct write must
        Path file = folder.resolve("journal");
        files.open(file, true).close();
        int block = FileHandle.DIRECT_BLOCK_BYTES;
        ByteBuffer memory = ByteBuffer.allocateDirect(3 * block).alignedSlice(block);
        memory.put(block + 1, (byte) 7);

        // When its second block is written to the file's third
        try (FileHandle handle = files.openDirect(file)) {
            handle.write(memory.position(block).limit(2 * block), 2L * block);
            handle.force(false);
        }

        // Then it is there
        byte[] content = files.readAll(file);
        assertThat(content).hasSize(3 * block);
        assertThat(content[2 * block + 1]).isEqualTo((byte) 7);
    }

    @Test
    void aFileSystemWithoutDirectWritesIsWrittenTheOrdinaryWay() throws IOException {
        // Given a file in an archive, which knows no blocks
        try (FileSystem archive = FileSystems.newFileSystem(folder.resolve("archive.zip"), Map.of("create", "true"))) {
            Path file = archive.getPath("/file");
            files.open(file, true).close();

            // When it is opened for direct writes
            try (FileHandle handle = files.openDirect(file)) {
                handle.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 0);

                // Then it takes any write, and says why
                assertThat(handle.isDirect()).isFalse();
                assertThat(handle.size()).isEqualTo(3);
            }
        }
    }

    @Test
    void aMissingFileIsNotMadeByADirectOpen() {
        // Given, when, then
        Path file = folder.resolve("missing");
        assertThatThrownBy(() -> files.openDirect(file)).isInstanceOf(NoSuchFileException.class);
        assertThat(file).doesNotExist();
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

    @Test
    void readingAheadTellsHowMuchThereIs() throws IOException {
        // Given a file of 100,000 bytes
        try (FileHandle file = Files.system().open(folder.resolve("ahead"), true)) {
            file.write(ByteBuffer.allocate(100_000), 0);

            // When more is read ahead than it has, by the kernel's way and by the one that every file knows
            long byKernel = file.readAhead(10_000, 200_000);
            RecordedReads read = new RecordedReads(file);
            long byReading = read.readAhead(10_000, 200_000);

            // Then both have read to its end, once
            assertThat(byKernel).isEqualTo(90_000);
            assertThat(byReading).isEqualTo(90_000);
            assertThat(read.reads().stream().mapToInt(Integer::intValue).sum()).isEqualTo(90_000);
            assertThat(file.readAhead(10_000, 500)).isEqualTo(500);
        }
    }
}
