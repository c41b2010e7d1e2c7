package dev.ottla.broker;

import dev.ottla.base.FileHandle;
import dev.ottla.base.Files;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Set;

/** The machine's files, until {@link #lose}: from then on every write and force below a folder fails, as on a disk that died. */
final class FailingFiles {
    private static final Set<String> CHANGES = Set.of("write", "force", "truncate");

    private final Path folder;
    private volatile boolean lost;

    FailingFiles(Path folder) {
        this.folder = folder;
    }

    void lose() {
        lost = true;
    }

    Files files() {
        Files real = Files.system();
        return proxy(Files.class, (method, arguments) -> {
            Object result = call(method, real, arguments);
            return result instanceof FileHandle handle && ((Path) arguments[0]).startsWith(folder)
                    ? watched(handle)
                    : result;
        });
    }

    private FileHandle watched(FileHandle real) {
        return proxy(FileHandle.class, (method, arguments) -> {
            if (lost && CHANGES.contains(method.getName())) {
                throw new IOException("Input/output error");
            }
            return call(method, real, arguments);
        });
    }

    private interface Answer {
        Object to(java.lang.reflect.Method method, Object[] arguments) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> answer.to(method, arguments)));
    }

    private static Object call(java.lang.reflect.Method method, Object target, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
