package dev.ottla.log.journal;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Those who are told when the journal got further; one that throws harms nobody else. */
final class Progress {
    private static final Logger LOG = LoggerFactory.getLogger(Progress.class);

    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    void add(Runnable listener) {
        listeners.add(listener);
    }

    void tell(StagedGroup group) {
        for (int i = 0; i < group.streamCount(); i++) {
            try {
                group.tell(i);
            } catch (RuntimeException unexpected) {
                LOG.error("A stream's listener failed", unexpected);
            }
        }
    }

    void tellAll() {
        for (int i = 0; i < listeners.size(); i++) {
            try {
                listeners.get(i).run();
            } catch (RuntimeException unexpected) {
                LOG.error("A listener of the journal failed", unexpected);
            }
        }
    }
}
