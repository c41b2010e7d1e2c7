package dev.ottla.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The one list of what Ottla answers otherwise on purpose, with the reason. An entry that no longer says the truth about either broker
 * fails the test.
 */
final class KnownDifferences {
    private static final String MADE_AT_ONCE =
            "A topic made by asking for it is there before the answer, so that no client has to ask twice; Apache Kafka makes it afterwards.";
    private static final String NEVER_UNEXPECTED =
            "An unexpected-error code makes the Java producer give up on its sequence (KAFKA-14034): a batch that cannot be read is an invalid record.";
    private static final String STABLE_FROM_THE_START =
            "Nothing below the log's start is called the last stable offset: who seeks there finds nothing. Apache Kafka says it until the next change.";
    private static final String WHOLE_BATCHES = "Only whole batches are sent: no client can use the beginning of one.";

    private KnownDifferences() {}

    /**
     * In one scenario, the lines that are Apache Kafka's are Ottla's instead.
     *
     * @param kafka matches whole lines of Kafka's transcript, at least one
     * @param ottla what stands in place of each in Ottla's, with groups as {@link java.util.regex.Matcher#replaceAll}; no line at all if empty
     */
    record Difference(String scenario, String kafka, List<String> ottla, String reason) {}

    static final List<Difference> ALL = List.of(
            new Difference(
                    "metadata-creates",
                    "(<  topics: errorCode=)UNKNOWN_TOPIC_OR_PARTITION (name=.*-[034])( isInternal=false)? partitions=\\[\\]",
                    List.of(
                            "$1NONE $2$3",
                            "<    partitions: errorCode=NONE partitionIndex=0 leaderId=1 replicaNodes=[1] isrNodes=[1]"),
                    MADE_AT_ONCE),
            madeAtOnce("9", ""),
            madeAtOnce("12", " topicId=<topicId 1>"),
            madeAtOnce("13", " topicId=<topicId 2>"),
            new Difference(
                    "metadata-names",
                    "(.*errorCode=)UNKNOWN_TOPIC_OR_PARTITION( name=metadata-names-a_b .*)",
                    List.of("$1INVALID_TOPIC_EXCEPTION$2"),
                    MADE_AT_ONCE),
            neverUnexpected("validate-bytes"),
            neverUnexpected("validate-header"),
            neverUnexpected("validate-compressed"),
            new Difference(
                    "fetch-sizes", "<        and \\d+ bytes of a batch that is cut off", List.of(), WHOLE_BATCHES),
            new Difference(
                    "offsets-emptied",
                    "(.*errorCode=NONE) timestamp=1750000000001 offset=1 leaderEpoch=0",
                    List.of("$1 timestamp=-1 offset=-1 leaderEpoch=-1"),
                    "A record that was deleted is not the latest one; Apache Kafka still names it until its segment goes."),
            new Difference(
                    "txn-edge-deleted",
                    "(.*highWatermark=3 lastStableOffset=)0( logStartOffset=1 .*)",
                    List.of("$11$2"),
                    STABLE_FROM_THE_START),
            new Difference(
                    "txn-edge-group-markers",
                    "(<      partitions: partitionIndex=0 errorCode=)UNKNOWN_SERVER_ERROR",
                    List.of("$1INVALID_PRODUCER_EPOCH"),
                    "A marker with an older epoch is refused as in any partition; Apache Kafka's group coordinator has no word for it."),
            new Difference(
                    "txn-edge-epochs",
                    "< errorCode=NONE producerId=<producerId 3> producerEpoch=0",
                    List.of("< errorCode=INVALID_PRODUCER_ID_MAPPING producerId=-1 producerEpoch=-1"),
                    "A producer that another has fenced is told so at its next EndTxn; Apache Kafka takes an abort for a repeated one until the other has begun."),
            new Difference(
                    "incremental-broker-unknown",
                    "(<  responses: errorCode=)NONE errorMessage=none (.*)",
                    List.of("$1INVALID_CONFIG errorMessage=<any> $2"),
                    "A broker setting that nobody knows is a mistake; Apache Kafka keeps it for plug-ins, which Ottla has none of."),
            new Difference(
                    "group-size-consumer",
                    "< errorCode=UNRELEASED_INSTANCE_ID .*",
                    List.of(
                            "< errorCode=NONE errorMessage=none memberId=a memberEpoch=5 heartbeatIntervalMs=5000",
                            "<  assignment:",
                            "<    topicPartitions: topicId=<topicId 1> partitions=[0]"),
                    "A static member that joins again under its own id has not heard the first answer; for Apache Kafka it is another one."),
            new Difference(
                    "group-size-consumer-back",
                    "< errorCode=GROUP_MAX_SIZE_REACHED .*",
                    List.of(
                            "< errorCode=NONE errorMessage=none memberId=c memberEpoch=3 heartbeatIntervalMs=5000",
                            "<  assignment:",
                            "<    topicPartitions: topicId=<topicId 1> partitions=[0]"),
                    "A static member that comes back makes no group larger: a full one may be restarted member by member."),
            new Difference(
                    "migration-put-out",
                    "< errorCode=NONE generationId=5 protocolType=consumer protocolName=cooperative-sticky .*",
                    List.of("< errorCode=UNKNOWN_MEMBER_ID generationId=-1 protocolType=null protocolName=null"
                            + " leader= skipAssignment=false memberId=<member 1> members=[]"),
                    "Who was put out and says that it still has partitions reads what others have by now: it must hear of it first."),
            new Difference(
                    "policy-upgrade-back",
                    "< errorCode=NONE",
                    List.of("< errorCode=REBALANCE_IN_PROGRESS"),
                    "What the last member of the consumer protocol had must be read by the classic ones; Apache Kafka tells them nothing where the group may not go back."),
            new Difference(
                    "framing-client-id-negative",
                    "< a reply",
                    List.of("< connection closed"),
                    "A length below -1 is no length in the protocol; Apache Kafka takes it for null."));

    private static Difference madeAtOnce(String version, String id) {
        return new Difference(
                "metadata-creates",
                "(<  topics: errorCode=)UNKNOWN_TOPIC_OR_PARTITION (name=.*-" + version
                        + ")( topicId=A+)?( isInternal=false) partitions=\\[\\](.*)",
                List.of(
                        "$1NONE $2" + id + "$4$5",
                        "<    partitions: errorCode=NONE partitionIndex=0 leaderId=1 leaderEpoch=0 replicaNodes=[1] isrNodes=[1] offlineReplicas=[]"),
                MADE_AT_ONCE);
    }

    private static Difference neverUnexpected(String scenario) {
        return new Difference(
                scenario, "(.*errorCode=)UNKNOWN_SERVER_ERROR( .*)", List.of("$1INVALID_RECORD$2"), NEVER_UNEXPECTED);
    }

    /** Scenarios that Ottla refuses with INVALID_CONFIG for now, and why. */
    static final Map<String, String> REFUSED =
            Map.of("incremental-throttled", "Throttles of replication are refused until there are other replicas.");

    /** Kafka's transcript as Ottla's must be. */
    static List<String> apply(String scenario, List<String> kafka) {
        List<String> lines = kafka;
        for (Difference difference : ALL) {
            if (difference.scenario().equals(scenario)) {
                lines = apply(difference, lines);
            }
        }
        return lines;
    }

    private static List<String> apply(Difference difference, List<String> kafka) {
        Pattern pattern = Pattern.compile(difference.kafka());
        List<String> lines = new ArrayList<>();
        boolean met = false;
        for (String line : kafka) {
            var matcher = pattern.matcher(line);
            if (matcher.matches()) {
                met = true;
                difference.ottla().forEach(instead -> lines.add(matcher.reset().replaceAll(instead)));
            } else {
                lines.add(line);
            }
        }
        if (!met) {
            throw new AssertionError("stale, Apache Kafka no longer says: " + difference.kafka());
        }
        return lines;
    }
}
