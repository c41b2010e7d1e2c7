package dev.ottla.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.awaitility.Awaitility;

/** One run of a scenario against one broker: the connection, the transcript and the steps that most scenarios begin with. */
final class Session implements AutoCloseable {
    private static final int METADATA_VERSION = 12;
    private static final int CREATE_TOPICS_VERSION = 7;
    private static final int LIST_OFFSETS_VERSION = 7;

    private final String scenario;
    private final Target target;
    private final Coverage coverage;
    private final RawClient connection;
    private final Labels labels = new Labels();
    private final Normaliser normaliser = new Normaliser(labels);
    private final List<String> transcript = new ArrayList<>();

    Session(String scenario, Target target, Coverage coverage) {
        this.scenario = scenario;
        this.target = target;
        this.coverage = coverage;
        this.connection = new RawClient(target);
    }

    Target target() {
        return target;
    }

    /** The connection that {@link #ask} uses. */
    RawClient connection() {
        return connection;
    }

    Labels labels() {
        return labels;
    }

    List<String> transcript() {
        return transcript;
    }

    /** A topic name that no other scenario uses. */
    String topic(String suffix) {
        return scenario + "-" + suffix;
    }

    /** Adds a line of the scenario's own. */
    void say(String line) {
        transcript.add(line);
    }

    /** Asks and writes down the whole answer. */
    Reply ask(ApiMessage request, int version) {
        return ask("", request, version);
    }

    /** As {@link #ask(ApiMessage, int)}, with what the step is about. */
    Reply ask(String about, ApiMessage request, int version) {
        Reply reply = new Reply(connection.ask(request, version).orElse(null));
        record(about, ApiKeys.forId(request.apiKey()), version, reply);
        return reply;
    }

    /** Asks for topics and writes down those of this scenario only, as others' are there too. */
    void askOwnTopics(String about, MetadataRequestData request, int version) {
        MetadataResponseData reply = peek(request, version).as(MetadataResponseData.class);
        reply.topics().removeIf(topic -> topic.name() != null && !topic.name().startsWith(scenario));
        record(about, ApiKeys.METADATA, version, new Reply(reply));
    }

    /** Asks without writing down, for what is not the scenario's subject. */
    Reply peek(ApiMessage request, int version) {
        return new Reply(connection.ask(request, version).orElse(null));
    }

    /** Asks again until the answer is what is waited for, and writes down that answer. */
    <T extends ApiMessage> T eventually(ApiMessage request, int version, Class<T> type, Predicate<T> until) {
        T reply = await(request, version, type, until);
        record("", ApiKeys.forId(request.apiKey()), version, new Reply(reply));
        return reply;
    }

    /** As {@link #eventually}, without writing down. */
    <T extends ApiMessage> T await(ApiMessage request, int version, Class<T> type, Predicate<T> until) {
        AtomicReference<T> last = new AtomicReference<>();
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(20))
                .until(() -> {
                    last.set(peek(request, version).as(type));
                    return until.test(last.get());
                });
        return last.get();
    }

    /** Sends a frame of any bytes and writes down how many bytes came back, or that the connection was closed. */
    Optional<ByteBuffer> exchange(String about, ByteBuffer frame) {
        Optional<ByteBuffer> reply = connection.exchange(frame);
        say("> " + about);
        say("< " + (reply.isPresent() ? "a reply" : "connection closed"));
        return reply;
    }

    /** As {@link #exchange}, for a whole request of that version: a closed connection counts as its error. */
    void exchangeAs(ApiKeys key, int version, ByteBuffer frame) {
        if (exchange(key.name + " v" + version, frame).isEmpty()) {
            coverage.saw(key, version, true);
        }
    }

    /** The lines that say what records a Fetch reply holds. */
    List<String> recordsOf(Reply fetched) {
        List<String> lines = new ArrayList<>();
        for (var topic : fetched.as(FetchResponseData.class).responses()) {
            for (var partition : topic.partitions()) {
                lines.addAll(RecordsText.lines(((MemoryRecords) partition.records()).buffer(), labels));
            }
        }
        return lines;
    }

    /** Writes down a reply that the scenario received itself. */
    void record(String about, ApiKeys key, int version, Reply reply) {
        say("> " + key.name + " v" + version + (about.isEmpty() ? "" : " " + about));
        if (reply.isClosed()) {
            say("< connection closed");
            coverage.saw(key, version, true);
            return;
        }
        JsonNode json = ReplyText.json(reply.message(), version);
        if (reply.message() instanceof FetchResponseData fetched) {
            ReplyText.spellRecords(fetched, json, labels);
        }
        JsonNode normalised = normaliser.normalise(json);
        coverage.saw(key, version, ReplyText.hasError(normalised));
        ReplyText.lines(normalised).forEach(line -> say("<" + line));
    }

    /** Counts a reply as seen, for a scenario that writes it down in its own words. */
    void sawWithoutText(ApiKeys key, int version, Reply reply) {
        boolean error =
                reply.isClosed() || ReplyText.hasError(normaliser.normalise(ReplyText.json(reply.message(), version)));
        coverage.saw(key, version, error);
    }

    /** Creates a topic of this scenario and waits until the broker leads all of its partitions; its full name. */
    String createTopic(String suffix, int partitions, Map<String, String> configs) {
        CreatableTopic topic = new CreatableTopic()
                .setName(topic(suffix))
                .setNumPartitions(partitions)
                .setReplicationFactor((short) 1);
        configs.forEach((name, value) ->
                topic.configs().add(new CreatableTopicConfig().setName(name).setValue(value)));
        CreateTopicsRequestData request = new CreateTopicsRequestData().setTimeoutMs(20_000);
        request.topics().add(topic);
        CreateTopicsResponseData reply = peek(request, CREATE_TOPICS_VERSION).as(CreateTopicsResponseData.class);
        for (var result : reply.topics()) {
            if (result.errorCode() != Errors.NONE.code()) {
                throw new AssertionError(Errors.forCode(result.errorCode()) + ": " + result.errorMessage());
            }
        }
        awaitLeaders(topic(suffix), partitions);
        for (int partition = 0; partition < partitions; partition++) {
            awaitServed(topic(suffix), partition);
        }
        return topic(suffix);
    }

    /** Creates a topic with one partition and default settings. */
    String createTopic(String suffix) {
        return createTopic(suffix, 1, Map.of());
    }

    /** Waits until Metadata names a leader for so many partitions of a topic. */
    MetadataResponseData awaitLeaders(String topic, int partitions) {
        return await(metadataOf(topic), METADATA_VERSION, MetadataResponseData.class, reply -> {
            var found = reply.topics().find(topic);
            return found != null
                    && found.errorCode() == Errors.NONE.code()
                    && found.partitions().size() == partitions
                    && found.partitions().stream().allMatch(p -> p.leaderId() >= 0 && p.errorCode() == 0);
        });
    }

    /** Metadata may be ahead of the broker's own partitions: waits until one answers. */
    private void awaitServed(String topic, int partition) {
        await(
                Requests.listOffsets(topic, partition, -1),
                LIST_OFFSETS_VERSION,
                ListOffsetsResponseData.class,
                reply -> reply.topics().getFirst().partitions().getFirst().errorCode() == Errors.NONE.code());
    }

    Uuid topicId(String topic) {
        return peek(metadataOf(topic), METADATA_VERSION)
                .as(MetadataResponseData.class)
                .topics()
                .find(topic)
                .topicId();
    }

    /** Appends a record set, which must succeed; the offset of its first record. */
    long produce(String topic, int partition, BaseRecords records) {
        ProduceResponseData reply = peek(Requests.produce(topic, partition, records), Requests.PRODUCE_BY_NAME)
                .as(ProduceResponseData.class);
        var result = reply.responses().iterator().next().partitionResponses().getFirst();
        if (result.errorCode() != Errors.NONE.code()) {
            throw new AssertionError(Errors.forCode(result.errorCode()) + ": " + result.errorMessage());
        }
        return result.baseOffset();
    }

    private static MetadataRequestData metadataOf(String topic) {
        return new MetadataRequestData()
                .setAllowAutoTopicCreation(false)
                .setTopics(List.of(new MetadataRequestTopic().setName(topic)));
    }

    @Override
    public void close() {
        connection.close();
    }
}
