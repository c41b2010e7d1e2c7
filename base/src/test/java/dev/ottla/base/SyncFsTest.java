package dev.ottla.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class SyncFsTest {
    @TempDir
    Path folder;

    @Test
    @EnabledOnOs(OS.LINUX)
    void onlyKernelsThatTellOfEveryFailedWriteAreTrusted() {
        assertThat(SyncFs.isTold("5.16.20-generic")).isFalse();
        assertThat(SyncFs.isTold("5.4.0")).isFalse();
        assertThat(SyncFs.isTold("4.19.0-26-amd64")).isFalse();
        assertThat(SyncFs.isTold("unknown")).isFalse();
        assertThat(SyncFs.isTold("5.17.0")).isTrue();
        assertThat(SyncFs.isTold("6.1.0-18-amd64")).isTrue();
    }

    @Test
    void whatWaitsToBeWrittenIsDirtyOrOnItsWay() {
        String memory =
                "MemTotal:  2000 kB\nDirty:               104 kB\nWriteback:             8 kB\nWritebackTmp:   5 kB\n";
        assertThat(SyncFs.dirtyBytes(memory)).isEqualTo(112 << 10);
    }

    @Test
    void forcesUntilItIsClosed() throws IOException {
        // Given a volume that can be forced
        VolumeForce volume = SyncFs.open(folder);
        assumeTrue(volume != null, "this system has no such call, or it is not trusted");

        // When it is forced, and closed
        volume.force();
        volume.close();
        volume.close();

        // Then it is not forced any more
        assertThatThrownBy(volume::force).isInstanceOf(IOException.class);
    }

    @Test
    void fewForcesAreBetterDoneOneByOne() throws IOException {
        try (VolumeForce volume = SyncFs.open(folder)) {
            assumeTrue(volume != null, "this system has no such call, or it is not trusted");
            assertThat(volume.isWorthwhile(SyncFs.LEAST_FORCES - 1)).isFalse();
        }
    }

    @Test
    void aFolderThatIsNotThereIsAnError() {
        assertThatThrownBy(() -> SyncFs.open(folder.resolve("absent"))).isInstanceOf(NoSuchFileException.class);
    }
}
