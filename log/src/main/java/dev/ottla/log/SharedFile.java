package dev.ottla.log;

import dev.ottla.base.FileHandle;
import dev.ottla.base.Files;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One file with a handle that its users share: opened when first used, closed when idle, and never under a user. After {@link #retire} no new
 * user comes in and the last one closes it.
 */
final class SharedFile {
    private final Files files;
    private final boolean create;

    private final String suffix;

    private SegmentNames names;
    /** Made when first asked for: of ten thousand segments, most have files that nobody opens. */
    private @Nullable Path path;

    private @Nullable FileHandle handle;
    private int users;
    private boolean retired;
    private boolean touched;

    /** @param create whether the first use may create the file */
    SharedFile(Files files, SegmentNames names, String suffix, boolean create) {
        this.files = files;
        this.names = names;
        this.suffix = suffix;
        this.create = create;
    }

    synchronized Path path() {
        Path known = path;
        if (known == null) {
            known = names.file(suffix);
            path = known;
        }
        return known;
    }

    /** The handle, to be given back by {@link #release}; null once retired. */
    synchronized @Nullable FileHandle acquire() throws IOException {
        if (retired) {
            return null;
        }
        FileHandle open = handle;
        if (open == null) {
            open = files.open(path(), create);
            handle = open;
        }
        users++;
        touched = true;
        return open;
    }

    synchronized void release() {
        users--;
        if (users == 0 && retired) {
            closeHandle();
        }
    }

    /** Gives the file the name of another stage, if it is there; its users stay with it. */
    synchronized void rename(SegmentNames to) throws IOException {
        if (files.exists(path())) {
            files.rename(path(), to.file(suffix));
        }
        names = to;
        path = null;
    }

    synchronized boolean isRetired() {
        return retired;
    }

    /** Lets no new user in; whether nobody uses it any more. */
    synchronized boolean retire() {
        retired = true;
        if (users == 0) {
            closeHandle();
        }
        return users == 0;
    }

    synchronized boolean inUse() {
        return users > 0;
    }

    synchronized boolean isOpen() {
        return handle != null;
    }

    /** Closes the handle unless it is used now or was since the last such call. */
    synchronized void closeIfIdle() {
        if (users == 0 && !touched) {
            closeHandle();
        }
        touched = false;
    }

    /** Closes the handle unless it is used now. */
    synchronized void closeIfUnused() {
        if (users == 0) {
            closeHandle();
        }
        touched = false;
    }

    private void closeHandle() {
        FileHandle open = handle;
        handle = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException ignored) {
                // Every write that matters was forced, or will be through another handle; there is nobody to tell.
            }
        }
    }
}
