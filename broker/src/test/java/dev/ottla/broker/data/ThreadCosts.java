package dev.ottla.broker.data;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the threads of a name have cost so far, as the JVM and the kernel count it. Linux only: it reads /proc.
 *
 * @param allocatedBytes on the heap
 * @param calls system calls that read or write, sendfile as two
 * @param movedBytes what these calls read and wrote
 */
record ThreadCosts(long allocatedBytes, long calls, long movedBytes) {
    /** What {@link #least} begins with. */
    static final ThreadCosts MOST = new ThreadCosts(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

    private static final int KERNEL_NAME_LENGTH = 15;

    static ThreadCosts of(String namePrefix) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = 0;
        for (long id : threads.getAllThreadIds()) {
            var thread = threads.getThreadInfo(id);
            if (thread != null && thread.getThreadName().startsWith(namePrefix)) {
                allocated += threads.getThreadAllocatedBytes(id);
            }
        }
        String kernelPrefix = namePrefix.substring(0, Math.min(namePrefix.length(), KERNEL_NAME_LENGTH));
        long calls = 0;
        long moved = 0;
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            for (Path task : (Iterable<Path>) tasks::iterator) {
                try {
                    if (Files.readString(task.resolve("comm")).startsWith(kernelPrefix)) {
                        List<String> io = Files.readAllLines(task.resolve("io"));
                        calls += number(io, "syscr:") + number(io, "syscw:");
                        moved += number(io, "rchar:") + number(io, "wchar:");
                    }
                } catch (NoSuchFileException ended) {
                    // A thread that is gone serves nothing any more.
                }
            }
        }
        return new ThreadCosts(allocated, calls, moved);
    }

    private static long number(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.substring(key.length()).strip()))
                .sum();
    }

    ThreadCosts minus(ThreadCosts before) {
        return new ThreadCosts(
                allocatedBytes - before.allocatedBytes, calls - before.calls, movedBytes - before.movedBytes);
    }

    /** Each figure the smaller one: the compilers and class loading allocate, and the kernel wakes, at times of their own. */
    ThreadCosts least(ThreadCosts other) {
        return new ThreadCosts(
                Math.min(allocatedBytes, other.allocatedBytes),
                Math.min(calls, other.calls),
                Math.min(movedBytes, other.movedBytes));
    }
}
