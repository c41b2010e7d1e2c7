package dev.ottla.conformance;

import dev.ottla.conformance.TransactionEvents.Began;
import dev.ottla.conformance.TransactionEvents.CommitAcknowledged;
import dev.ottla.conformance.TransactionEvents.CommitAsked;
import dev.ottla.conformance.TransactionEvents.CommitRefused;
import dev.ottla.conformance.TransactionEvents.End;
import dev.ottla.conformance.TransactionEvents.EndOnItsWay;
import dev.ottla.conformance.TransactionEvents.FinalRead;
import dev.ottla.conformance.TransactionEvents.LeftAlone;
import dev.ottla.conformance.TransactionEvents.OffsetSeen;
import dev.ottla.conformance.TransactionEvents.OffsetSent;
import dev.ottla.conformance.TransactionEvents.Position;
import dev.ottla.conformance.TransactionEvents.Read;
import dev.ottla.conformance.TransactionEvents.Sent;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** A history in a few words: what is said happens at once, one after the other. */
final class HandWrittenHistory {
    static final TopicPartition A = new TopicPartition("a", 0);
    static final TopicPartition B = new TopicPartition("b", 0);
    static final IsolationLevel COMMITTED = IsolationLevel.READ_COMMITTED;
    static final IsolationLevel ALL = IsolationLevel.READ_UNCOMMITTED;
    static final String GROUP = "g";
    private static final String READER = "reader";

    private final TransactionEvents history = new TransactionEvents();
    private final TransactionKey key;
    private final int session;

    private HandWrittenHistory(TransactionKey key, int session) {
        this.key = key;
        this.session = session;
    }

    /** Of a client of version 2, which begins with transaction 1. */
    static HandWrittenHistory begin() {
        HandWrittenHistory begun = new HandWrittenHistory(new TransactionKey("id", 1, 1), 0);
        return begun.begin(1);
    }

    /** Of an old client. */
    static HandWrittenHistory beginOld() {
        HandWrittenHistory begun = new HandWrittenHistory(new TransactionKey("id", 1, 1), 7);
        return begun.begin(1);
    }

    HandWrittenHistory begin(int number) {
        return begin(number, session);
    }

    HandWrittenHistory begin(int number, int inSession) {
        history.add(new Began(history.tick(), key(number), inSession));
        return this;
    }

    TransactionKey key(int number) {
        return new TransactionKey(key.id(), key.incarnation(), number);
    }

    HandWrittenHistory send(int number, TopicPartition partition, int... indexes) {
        for (int index : indexes) {
            history.add(new Sent(history.tick(), key(number), partition, index));
        }
        return this;
    }

    HandWrittenHistory sendOffset(int number, long offset) {
        history.add(new OffsetSent(history.tick(), key(number), GROUP, offset));
        return this;
    }

    HandWrittenHistory ask(int number) {
        history.add(new CommitAsked(history.tick(), key(number)));
        return this;
    }

    HandWrittenHistory commit(int number) {
        ask(number);
        history.add(new CommitAcknowledged(history.tick(), key(number)));
        return leave(number);
    }

    HandWrittenHistory refused(int number) {
        ask(number);
        history.add(new CommitRefused(history.tick(), key(number)));
        return leave(number);
    }

    HandWrittenHistory leave(int number) {
        history.add(new LeftAlone(history.tick(), key(number)));
        return this;
    }

    long tick() {
        return history.tick();
    }

    HandWrittenHistory endOnItsWay(long from, int number, boolean commit) {
        history.add(new EndOnItsWay(from, history.tick(), key(number), commit));
        return this;
    }

    HandWrittenHistory read(IsolationLevel level, TopicPartition partition, long offset, String value) {
        history.add(new Read(history.tick(), READER, level, partition, offset, value(value)));
        return this;
    }

    HandWrittenHistory position(IsolationLevel level, TopicPartition partition, long offset) {
        history.add(new Position(history.tick(), READER, level, partition, offset));
        return this;
    }

    HandWrittenHistory end(IsolationLevel level, TopicPartition partition, long offset) {
        long from = history.tick();
        history.add(new End(from, history.tick(), partition, level, offset));
        return this;
    }

    HandWrittenHistory offset(long offset) {
        long from = history.tick();
        history.add(new OffsetSeen(from, history.tick(), GROUP, offset));
        return this;
    }

    /** What both levels find in the end. */
    HandWrittenHistory finds(TopicPartition partition, String... atAndValues) {
        return finds(ALL, partition, atAndValues).finds(COMMITTED, partition, atAndValues);
    }

    /** Each as {@code offset:number/index}. */
    HandWrittenHistory finds(IsolationLevel level, TopicPartition partition, String... atAndValues) {
        List<AckedHistory.Found> found = new ArrayList<>();
        for (String one : atAndValues) {
            String[] parts = one.split(":", -1);
            found.add(new AckedHistory.Found(Long.parseLong(parts[0]), value(parts[1])));
        }
        history.add(new FinalRead(history.tick(), partition, level, found));
        return this;
    }

    /** From {@code number/index}, of the first incarnation. */
    private String value(String numberAndIndex) {
        return key.id() + "/" + key.incarnation() + "/" + numberAndIndex;
    }

    TransactionHistoryCheck.Verdict check() {
        return TransactionHistoryCheck.run(history);
    }
}
