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
        final short version;
        final List<Integer> wrote = new ArrayList<>();
        Fate fate = Fate.OPEN;
        /** A batch of it waits in the coordinator for the end of the transaction before. */
        boolean waits;

        Attempt(String value, short version) {
            this.value = value;
            this.version = version;
        }

        boolean speaksV2() {
            return version >= Transaction.VERSION_2;
        }
    }

    final String transactionalId;

    @Nullable
    ProducerIdentity identity;

    @Nullable
    Attempt current;

    /** The last transaction of this epoch was of the first version. */
    boolean spokeFirst;

    ModelProducer(String transactionalId) {
        this.transactionalId = transactionalId;
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
