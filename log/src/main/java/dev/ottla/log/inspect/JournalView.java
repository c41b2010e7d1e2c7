package dev.ottla.log.inspect;

import dev.ottla.base.Files;
import dev.ottla.base.TopicId;
import dev.ottla.log.journal.DamagedJournalException;
import dev.ottla.log.journal.Journal;
import dev.ottla.log.journal.JournalEntry;
import dev.ottla.log.journal.JournalSettings;
import dev.ottla.log.journal.JournalVisitor;
import dev.ottla.log.journal.RecoveryPoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a data folder's journal holds for the next start. To be read while no broker is at work. */
public final class JournalView {
    private final Map<Key, Held> partitions = new HashMap<>();
    private long entries;
    private long payloadBytes;
    private @Nullable DamagedJournalException damage;

    private record Key(TopicId topic, int partition) {}

    /** From where on a partition's records come out of the journal; nothing does once it has left. */
    private record Held(long fromOffset, long lsn, boolean left) {}

    private JournalView() {}

    /**
     * Reads the whole journal. Damage is remembered, not thrown.
     *
     * @param visitor is shown every entry that is needed
     */
    public static JournalView read(Files files, Path dataFolder, JournalVisitor visitor) throws IOException {
        JournalView view = new JournalView();
        try {
            Journal journal = Journal.open(files, JournalSettings.defaults(dataFolder), trouble -> {});
            for (RecoveryPoint point : journal.recoveryPoints()) {
                view.partitions.put(
                        new Key(point.topic(), point.partition()), new Held(point.offset(), point.lsn(), false));
            }
            journal.replay(entry -> {
                view.add(entry);
                visitor.entry(entry);
            });
        } catch (DamagedJournalException damaged) {
            view.damage = damaged;
        }
        return view;
    }

    private void add(JournalEntry entry) {
        entries++;
        payloadBytes += entry.payload().remaining();
        Key key = new Key(entry.topic(), entry.partition());
        Held held = partitions.get(key);
        if (held != null && entry.lsn() <= held.lsn()) {
            return;
        }
        switch (entry.kind()) {
            case JOIN -> partitions.put(key, new Held(entry.offset(), entry.lsn(), false));
            case TRUNCATE -> {
                if (held != null) {
                    partitions.put(key, new Held(Math.min(held.fromOffset(), entry.offset()), held.lsn(), held.left()));
                }
            }
            case LEAVE -> {
                if (held != null) {
                    partitions.put(key, new Held(held.fromOffset(), held.lsn(), true));
                }
            }
            case APPEND, LOG_START -> {}
        }
    }

    /** The offset from which on the journal has a partition's records; -1 when it has none of them. */
    public long fromOffset(TopicId topic, int partition) {
        Held held = partitions.get(new Key(topic, partition));
        return held == null || held.left() ? -1 : held.fromOffset();
    }

    public long entries() {
        return entries;
    }

    public long payloadBytes() {
        return payloadBytes;
    }

    /** What cannot be read, though it was durable; null when all can. */
    public @Nullable DamagedJournalException damage() {
        return damage;
    }
}
