package dev.ottla.benchmarks.groups;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** A request that a member of a group sends again and again on its connection, with answers that are all alike when they are good. */
record Beat(Link link, Frame frame) {
    /** Sends it; an answer that says otherwise ends the run. */
    void send(Consumer<Beat> done) {
        link.send(frame, (ByteBuffer answer) -> {
            frame.check(answer);
            done.accept(this);
        });
    }
}
