package dev.ottla.conformance;

import dev.ottla.conformance.TransactionRequests.Sender;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Lives of groups, from the first join until they are deleted, and what {@link OffsetsTopicReader} sees of them on the way. */
final class GroupLives {
    private static final int GENERATIONS_COMMIT = 8;
    private static final int EPOCHS_COMMIT = 9;
    private static final int ADD_OFFSETS = 3;
    private static final int TXN_COMMIT = 3;
    private static final int END = 3;

    private final Session s;
    private final String topic;
    private final Map<String, String> names = new HashMap<>();
    private final StringBuilder text = new StringBuilder();

    private GroupLives(Session s) {
        this.s = s;
        this.topic = s.createTopic("t", 2, Map.of());
        names.put(s.topicId(topic).toString(), "<id of t>");
    }

    /** What is derived at each moment. */
    static String derived(Target broker) throws Exception {
        try (Session s = new Session("life", broker, new Coverage())) {
            GroupLives life = new GroupLives(s);
            life.classic();
            life.consumer();
            life.migrated();
            life.transactions();
            return life.text.toString();
        }
    }

    /** A classic group of two, from its first join until it is deleted. */
    private void classic() throws IOException {
        String group = GroupScenarios.group(s, "classic");
        try (GroupMember a = new GroupMember(s, group);
                GroupMember b = new GroupMember(s, group)) {
            a.introduced("p=a").startJoin("p=a");
            a.joined("a");
            names.put(a.memberId(), "<a>");
            look("one joins");
            a.startSync(a.memberId() + "=all");
            a.synced("a");
            commit(group, a.memberId(), a.generation(), 1);
            look("and is stable");
            b.introduced("p=b").startJoin("p=b");
            GroupScenarios.awaitState(s, group, "PreparingRebalance");
            a.startJoin("p=a");
            a.joined("a");
            b.joined("b");
            a.startSync(a.memberId() + "=half", b.memberId() + "=rest");
            a.synced("a");
            b.startSync();
            b.synced("b");
            commit(group, b.memberId(), b.generation(), 2);
            names.put(b.memberId(), "<b>");
            look("two share");
            s.ask("b leaves", GroupRequests.leave(5, group, b.memberId()), 5);
            a.startJoin("p=a");
            a.joined("a");
            a.startSync(a.memberId() + "=all");
            a.synced("a");
            look("one is left");
            s.ask("a leaves", GroupRequests.leave(5, group, a.memberId()), 5);
            look("nobody is left");
        }
        s.ask("an offset is deleted", GroupRequests.deleteOffset(group, topic, 0), 0);
        look("without an offset");
        commit(group, "", -1, 3);
        look("somebody commits for it");
        s.ask("the group is deleted", GroupRequests.delete(group), 2);
        look("deleted");
        commit(group, "", -1, 4);
        look("only offsets");
    }

    private void consumer() throws IOException {
        String group = GroupScenarios.group(s, "consumer");
        ConsumerGroupMember a = new ConsumerGroupMember(s, group, "a");
        ConsumerGroupMember b = new ConsumerGroupMember(s, group, "b").instance("i");
        a.join("a", topic);
        a.say("confirms", a.confirming());
        commit(group, "a", a.epoch(), 1);
        look("one has all");
        b.join("b", topic);
        look("one more comes");
        a.say("a is asked", a.alive());
        look("and waits");
        a.say("a gives back", a.confirming());
        b.say("b gets", b.alive());
        b.say("b confirms", b.confirming());
        commit(group, "b", b.epoch(), 2);
        look("two share");
        b.leave("b goes away", -2);
        look("one is away");
        b.join("b is back", topic);
        look("and back");
        a.leave("a leaves", -1);
        look("one leaves");
        b.say("b gets all", b.alive());
        look("the other has all");
        b.leave("b leaves", -1);
        look("nobody is left");
        s.ask("an offset is deleted", GroupRequests.deleteOffset(group, topic, 0), 0);
        s.ask("the group is deleted", GroupRequests.delete(group), 2);
        look("deleted");
        s.ask("and comes again", new ConsumerGroupMember(s, group, "c").full(topic), 1);
        look("again");
    }

    /** There and back. */
    private void migrated() throws IOException {
        String group = GroupScenarios.group(s, "migrated");
        EmbeddedMember classic = new EmbeddedMember(s, group, null, topic);
        classic.join("the classic member joins");
        names.put(classic.memberId(), "<classic>");
        classic.assign("and has all", 2);
        classic.commit("commits", classic.generation(), 1);
        ConsumerGroupMember a = new ConsumerGroupMember(s, group, "a");
        a.join("one of the consumer protocol joins", topic);
        look("of the consumer protocol");
        classic.heartbeat("is told to join again");
        classic.join("joins again");
        classic.sync("has its share");
        a.say("the other has its share", a.alive());
        a.say("and confirms", a.confirming());
        look("shared");
        a.leave("the other leaves", -1);
        look("of the classic protocol");
        classic.join("joins the next generation");
        classic.assign("and has all again", 2);
        classic.commit("commits", classic.generation(), 2);
        look("and stable");
    }

    /** Offsets that come in transactions: one is committed, one aborted, one still open. */
    private void transactions() throws IOException {
        TransactionScenarios.awaitCoordinator(s);
        String group = GroupScenarios.group(s, "transactions");
        for (int i = 0; i < 3; i++) {
            Sender sender = TransactionRequests.begin(s, s.topic("txn"));
            s.ask("takes the group in", TransactionRequests.addOffsets(sender, group), ADD_OFFSETS);
            s.ask("an offset", TransactionRequests.commitOffset(sender, group, topic, 0, 10 + i), TXN_COMMIT);
            if (i < 2) {
                s.ask("ends", TransactionRequests.end(sender, i == 0), END);
                TransactionRequests.awaitState(s, sender, i == 0 ? "CompleteCommit" : "CompleteAbort");
            }
            look("after transaction " + i);
        }
    }

    private void commit(String group, String memberId, int generation, long offset) {
        int version = group.endsWith("consumer") ? EPOCHS_COMMIT : GENERATIONS_COMMIT;
        s.ask(
                "commits",
                GroupRequests.commit(group, topic, s.topicId(topic), 0, offset)
                        .setMemberId(memberId)
                        .setGenerationIdOrMemberEpoch(generation),
                version);
    }

    /** Reads the whole topic, as it is now. */
    private void look(String when) throws IOException {
        text.append(when).append('\n');
        new OffsetsTopicReader(names)
                .read(s.target())
                .forEach((key, value) -> text.append("  ")
                        .append(key)
                        .append(" = ")
                        .append(value)
                        .append('\n'));
    }
}
