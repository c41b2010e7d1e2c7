package dev.ottla.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.ErrorCode;
import dev.ottla.broker.Broker;
import dev.ottla.broker.RawClient;
import dev.ottla.broker.TestBrokers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetadataIT {
    @TempDir
    private Path folder;

    private Broker broker;
    private RawClient client;

    @BeforeEach
    void start() throws Exception {
        broker = Broker.start(TestBrokers.settings(folder, Map.of("num.partitions", "3")));
        client = new RawClient(broker.address());
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        broker.close();
    }

    @Test
    void everyVersionAnswersWithThisBrokerAndTheTopicThatItCreates() throws Exception {
        for (int version = 0; version <= 13; version++) {
            String topic = "auto-" + version;
            MetadataResponseData answer = ask(version, named(topic));
            assertThat(answer.brokers()).singleElement().satisfies(node -> {
                assertThat(node.nodeId()).isEqualTo(1);
                assertThat(node.host()).isEqualTo("127.0.0.1");
                assertThat(node.port()).isEqualTo(broker.address().getPort());
            });
            MetadataResponseTopic created = only(answer);
            assertThat(created.name()).isEqualTo(topic);
            assertThat(created.errorCode()).isZero();
            assertThat(created.partitions()).hasSize(3).allSatisfy(partition -> {
                assertThat(partition.leaderId()).isEqualTo(1);
                assertThat(partition.replicaNodes()).containsExactly(1);
                assertThat(partition.isrNodes()).containsExactly(1);
                assertThat(partition.errorCode()).isZero();
            });
            assertThat(created.topicId().equals(Uuid.ZERO_UUID)).isEqualTo(version < 10);
        }
    }

    @Test
    void anEmptyListIsAllInVersionZeroAndNoneAfter() throws Exception {
        ask(12, named("a"));
        ask(12, named("b"));
        assertThat(ask(0).topics()).extracting(MetadataResponseTopic::name).containsExactly("a", "b");
        for (int version = 1; version <= 13; version++) {
            assertThat(ask(version).topics()).isEmpty();
            MetadataResponseData all =
                    client.call(new MetadataRequestData().setTopics(null), version, MetadataResponseData.class);
            assertThat(all.topics()).extracting(MetadataResponseTopic::name).containsExactly("a", "b");
        }
    }

    @Test
    void topicsAreFoundByIdFromVersion12On() throws Exception {
        Uuid id = only(ask(12, named("a"))).topicId();
        Uuid unknown = new Uuid(5, 6);
        MetadataResponseData answer = ask(12, byId(id), byId(unknown), byId(id));
        assertThat(answer.topics()).hasSize(2);
        assertThat(answer.topics())
                .anySatisfy(topic -> {
                    assertThat(topic.topicId()).isEqualTo(id);
                    assertThat(topic.name()).isEqualTo("a");
                })
                .anySatisfy(topic -> {
                    assertThat(topic.topicId()).isEqualTo(unknown);
                    assertThat(topic.errorCode()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_ID.wireCode());
                });

        // And before, asking for one is a mistake
        MetadataResponseData early = ask(10, named("a").setTopicId(id));
        assertThat(only(early).errorCode()).isEqualTo(ErrorCode.INVALID_REQUEST.wireCode());
    }

    @Test
    void badNamesInternalNamesAndUnwantedCreationAreTold() throws Exception {
        MetadataResponseData answer = ask(12, named("bad/name"), named("__consumer_offsets"), named("good"));
        assertThat(error(answer, "bad/name")).isEqualTo(ErrorCode.INVALID_TOPIC_EXCEPTION.wireCode());
        assertThat(error(answer, "__consumer_offsets")).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.wireCode());
        assertThat(error(answer, "good")).isZero();

        MetadataRequestData noCreation =
                new MetadataRequestData().setTopics(List.of(named("other"))).setAllowAutoTopicCreation(false);
        MetadataResponseData refused = client.call(noCreation, 12, MetadataResponseData.class);
        assertThat(only(refused).errorCode()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.wireCode());
    }

    @Test
    void authorizedOperationsComeWhenAskedFor() throws Exception {
        MetadataRequestData request = new MetadataRequestData()
                .setTopics(List.of(named("a")))
                .setIncludeTopicAuthorizedOperations(true)
                .setIncludeClusterAuthorizedOperations(true);
        MetadataResponseData answer = client.call(request, 10, MetadataResponseData.class);
        assertThat(only(answer).topicAuthorizedOperations()).isPositive();
        assertThat(answer.clusterAuthorizedOperations()).isPositive();
        assertThat(only(ask(10, named("a"))).topicAuthorizedOperations()).isEqualTo(Integer.MIN_VALUE);
    }

    @Test
    void whatIsAdvertisedIsTold(@TempDir Path other) throws Exception {
        Map<String, String> configs = Map.of("advertised.listeners", "PLAINTEXT://kafka.example:19092");
        try (Broker named = Broker.start(TestBrokers.settings(other, configs));
                RawClient asking = new RawClient(named.address())) {
            MetadataResponseData answer = asking.call(new MetadataRequestData(), 12, MetadataResponseData.class);
            assertThat(answer.brokers()).singleElement().satisfies(node -> {
                assertThat(node.host()).isEqualTo("kafka.example");
                assertThat(node.port()).isEqualTo(19092);
            });
        }
    }

    private MetadataResponseData ask(int version, MetadataRequestTopic... topics) throws Exception {
        return client.call(
                new MetadataRequestData().setTopics(Arrays.asList(topics)), version, MetadataResponseData.class);
    }

    private static MetadataRequestTopic named(String name) {
        return new MetadataRequestTopic().setName(name);
    }

    private static MetadataRequestTopic byId(Uuid id) {
        return new MetadataRequestTopic().setName(null).setTopicId(id);
    }

    private static MetadataResponseTopic only(MetadataResponseData answer) {
        assertThat(answer.topics()).hasSize(1);
        return answer.topics().iterator().next();
    }

    private static short error(MetadataResponseData answer, String topic) {
        return answer.topics().find(topic).errorCode();
    }
}
