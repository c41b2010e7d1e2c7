package dev.ottla.broker.data;

import dev.ottla.base.FileHandle;
import dev.ottla.base.Files;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The machine's files, but that a journal's force waits while the gate is shut, and fails when the test says so. */
final class GatedForces {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean shut;
    private boolean failing;
    private int waiting;

    Files files() {
        Files system = Files.system();
        return proxy(Files.class, (method, arguments) -> {
            Object result = invoke(system, method, arguments);
            boolean journals = arguments != null
                    && arguments.length > 0
                    && arguments[0] instanceof Path path
                    && path.toString().contains("ottla-journal");
            return result instanceof FileHandle handle && journals ? gated(handle) : result;
        });
    }

    private FileHandle gated(FileHandle handle) {
        return proxy(FileHandle.class, (method, arguments) -> {
            if (method.getName().equals("force")) {
                pass();
            }
            return invoke(handle, method, arguments);
        });
    }

    private interface Call {
        Object on(Method method, Object[] arguments) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> call.on(method, arguments)));
    }

    private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException failure) {
            throw failure.getCause();
        }
    }

    private void pass() throws IOException {
        lock.lock();
        try {
            waiting++;
            changed.signalAll();
            while (shut) {
                changed.awaitUninterruptibly();
            }
            waiting--;
            if (failing) {
                failing = false;
                throw new IOException("Input/output error");
            }
        } finally {
            lock.unlock();
        }
    }

    void shut() {
        change(() -> shut = true);
    }

    void open() {
        change(() -> shut = false);
    }

    /** The next force fails, those after it succeed: what a kernel does that has dropped the pages. */
    void failOnce() {
        change(() -> failing = true);
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns once a force stands at the gate. */
    void awaitForce() {
        lock.lock();
        try {
            while (waiting == 0) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }
}
