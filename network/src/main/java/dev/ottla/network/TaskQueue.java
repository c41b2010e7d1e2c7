package dev.ottla.network;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Tasks from many threads for one: adding swaps the tail and links behind it, so that adders never wait for one another nor for the taker.
 */
final class TaskQueue {
    private static final VarHandle NEXT;

    static {
        try {
            NEXT = MethodHandles.lookup().findVarHandle(Node.class, "next", Node.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final AtomicReference<Node> tail;
    private Node head;

    TaskQueue() {
        Node stub = new Node(null);
        head = stub;
        tail = new AtomicReference<>(stub);
    }

    void add(Runnable task) {
        Node node = new Node(task);
        Node before = tail.getAndSet(node);
        NEXT.setRelease(before, node);
    }

    /** The next task, or null when there is none. Only one thread may take at a time. */
    @Nullable
    Runnable poll() {
        Node next = (Node) NEXT.getAcquire(head);
        if (next == null) {
            if (head == tail.get()) {
                return null;
            }
            // Someone has swapped the tail and is about to link: a handful of instructions away.
            do {
                Thread.onSpinWait();
                next = (Node) NEXT.getAcquire(head);
            } while (next == null);
        }
        head = next;
        Runnable task = next.task;
        next.task = null;
        return task;
    }

    boolean isEmpty() {
        return head == tail.get();
    }

    private static final class Node {
        @Nullable
        Runnable task;

        @SuppressWarnings("unused") // through NEXT
        volatile @Nullable Node next;

        Node(@Nullable Runnable task) {
            this.task = task;
        }
    }
}
