package dev.ottla.coordinator.txn;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A producer, or what is left of one: it goes on with what it believes until somebody tells it otherwise. */
final class ModelProducer {
    /** How far a transaction has got, as its producer knows. */
    enum Fate {
        OPEN,
        COMMITTING,
        ABORTING,
        COMMITTED,
        ABORTED,
        /** The producer was fenced or gave up before it knew. */
        UNKNOWN
    }

    /** One transaction: the value that it writes, and where it did. */
    static final class Attempt {
        final String value;
        final List<Integer> wrote = new ArrayList<>();
        Fate fate = Fate.OPEN;

        Attempt(String value) {
            this.value = value;
        }
    }

    final String transactionalId;
    final short version;

    @Nullable
    ProducerIdentity identity;

    @Nullable
    Attempt current;

    ModelProducer(String transactionalId, short version) {
        this.transactionalId = transactionalId;
        this.version = version;
    }

    boolean speaksV2() {
        return version >= Transaction.VERSION_2;
    }

    /** It knows nothing any more but its transactional id. */
    void lose() {
        if (current != null && current.fate != Fate.COMMITTED && current.fate != Fate.ABORTED) {
            current.fate = Fate.UNKNOWN;
        }
        current = null;
        identity = null;
    }
}
