package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SharedBroker.class)
class JavaClientIT {
    private final Target broker;

    JavaClientIT(Target broker) {
        this.broker = broker;
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void whatIsProducedIsReadBack(String codec) throws Exception {
        // Given a topic with three partitions
        String topic = "java-" + codec;
        JavaClient.createTopic(broker, topic, 3);
        // When the default, idempotent, producer writes keyed records with headers
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (var producer = JavaClient.producer(broker, Map.of("compression.type", codec, "linger.ms", "5"))) {
            for (int i = 0; i < 1000; i++) {
                ProducerRecord<String, String> record = new ProducerRecord<>(topic, "key-" + i % 50, "value-" + i);
                record.headers().add(new RecordHeader("n", Integer.toString(i).getBytes(StandardCharsets.UTF_8)));
                sent.add(producer.send(record));
            }
        }
        // Then every record is there once, in its key's order, with its header, at the offset that was acknowledged
        List<ConsumerRecord<String, String>> read = JavaClient.readAll(broker, topic, 3, 1000);
        assertThat(read).hasSize(1000);
        for (ConsumerRecord<String, String> record : read) {
            int i = Integer.parseInt(record.value().substring("value-".length()));
            assertThat(record.key()).isEqualTo("key-" + i % 50);
            assertThat(sent.get(i).get().partition()).isEqualTo(record.partition());
            assertThat(sent.get(i).get().offset()).isEqualTo(record.offset());
            assertThat(record.headers().lastHeader("n").value()).asString().isEqualTo(Integer.toString(i));
        }
        assertThat(read.stream().map(ConsumerRecord::value).distinct()).hasSize(1000);
    }

    @Test
    void aConsumerSeeksByOffsetAndByTime() throws Exception {
        // Given ten records a second apart
        String topic = "java-seek";
        JavaClient.createTopic(broker, topic, 1);
        TopicPartition partition = new TopicPartition(topic, 0);
        try (var producer = JavaClient.producer(broker, Map.of())) {
            for (int i = 0; i < 10; i++) {
                producer.send(new ProducerRecord<>(topic, 0, Batches.TIME_MS + i * 1000L, "k", "v" + i))
                        .get();
            }
        }
        try (var consumer = JavaClient.consumer(broker, Map.of())) {
            consumer.assign(List.of(partition));
            // When it seeks to an offset, then reading goes on there
            consumer.seek(partition, 7);
            assertThat(JavaClient.poll(consumer, 3))
                    .extracting(ConsumerRecord::value)
                    .containsExactly("v7", "v8", "v9");
            // When it asks for a time, then it gets the first record from then on
            var found = consumer.offsetsForTimes(Map.of(partition, Batches.TIME_MS + 3500))
                    .get(partition);
            assertThat(found.offset()).isEqualTo(4);
            assertThat(found.timestamp()).isEqualTo(Batches.TIME_MS + 4000);
            assertThat(consumer.offsetsForTimes(Map.of(partition, Batches.TIME_MS + 60_000))
                            .get(partition))
                    .isNull();
            assertThat(consumer.beginningOffsets(List.of(partition))).containsEntry(partition, 0L);
            assertThat(consumer.endOffsets(List.of(partition))).containsEntry(partition, 10L);
            // When it is past the end, then it starts over as its reset policy says
            consumer.seek(partition, 500);
            assertThat(JavaClient.poll(consumer, 10).getFirst().offset()).isZero();
        }
    }

    @Test
    void topicsAreAdministered() throws Exception {
        String topic = "java-admin";
        TopicPartition partition = new TopicPartition(topic, 0);
        try (Admin admin = JavaClient.admin(broker)) {
            // Given a topic
            admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1).configs(Map.of("retention.ms", "5000"))))
                    .all()
                    .get();
            assertThatThrownBy(() -> admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1)))
                            .all()
                            .get())
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(TopicExistsException.class);
            // When it is described, changed, grown and emptied, then it is as told
            var description =
                    admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
            assertThat(description.partitions())
                    .hasSize(2)
                    .allMatch(p -> p.leader() != null && p.isr().size() == 1);
            ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
            admin.incrementalAlterConfigs(Map.of(
                            resource,
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("max.message.bytes", "1000"), AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
            admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(3)))
                    .all()
                    .get();
            assertThat(admin.describeConfigs(List.of(resource))
                            .all()
                            .get()
                            .get(resource)
                            .get("retention.ms")
                            .value())
                    .isEqualTo("5000");
            try (var producer = JavaClient.producer(broker, Map.of())) {
                for (int i = 0; i < 5; i++) {
                    producer.send(new ProducerRecord<>(topic, 0, "k", "v" + i)).get();
                }
                assertThatThrownBy(() -> producer.send(new ProducerRecord<>(topic, 0, "k", "x".repeat(5000)))
                                .get())
                        .hasCauseInstanceOf(RecordTooLargeException.class);
            }
            assertThat(admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(3)))
                            .all()
                            .isDone())
                    .isIn(true, false);
            assertThat(admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(3)))
                            .lowWatermarks()
                            .get(partition)
                            .get()
                            .lowWatermark())
                    .isEqualTo(3);
            assertThat(admin.listOffsets(Map.of(partition, OffsetSpec.earliest()))
                            .partitionResult(partition)
                            .get()
                            .offset())
                    .isEqualTo(3);
            assertThat(admin.listOffsets(Map.of(partition, OffsetSpec.maxTimestamp()))
                            .partitionResult(partition)
                            .get()
                            .offset())
                    .isEqualTo(4);
            assertThat(admin.describeProducers(List.of(partition))
                            .partitionResult(partition)
                            .get()
                            .activeProducers())
                    .hasSize(1);
            assertThat(admin.describeLogDirs(List.of(1)).allDescriptions().get().get(1))
                    .hasSize(1);
            assertThat(admin.describeMetadataQuorum().quorumInfo().get().leaderId())
                    .isEqualTo(1);
            assertThat(admin.listPartitionReassignments().reassignments().get()).isEmpty();
            admin.deleteTopics(List.of(topic)).all().get();
        }
    }

    @Test
    void aTopicIsMadeByProducingToIt() throws Exception {
        // Given no topic; when a record is sent to it, then it is made
        try (var producer = JavaClient.producer(broker, Map.of())) {
            producer.send(new ProducerRecord<>("java-auto", "k", "v")).get();
        }
        assertThat(JavaClient.readAll(broker, "java-auto", 1, 1).getFirst().value())
                .isEqualTo("v");
    }
}
