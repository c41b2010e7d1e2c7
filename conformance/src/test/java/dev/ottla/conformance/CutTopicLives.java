package dev.ottla.conformance;

import dev.ottla.base.RandomSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TimeoutException;

/** A few names whose topics are created, configured, filled, read and deleted, over and over. */
final class CutTopicLives implements CutLoad {
    private static final int NAMES = 3;
    private static final int RECORDS = 30;

    private final CutHistory history;
    private final RandomSource random;
    private final CutTopic[] topics = new CutTopic[NAMES];
    private Thread thread;
    private Admin admin;
    private volatile boolean stop;
    private volatile boolean cutting;
    private volatile Throwable failure;

    CutTopicLives(CutHistory history, RandomSource random) {
        this.history = history;
        this.random = random;
    }

    @Override
    public void start(Target broker, int round) throws Exception {
        stop = false;
        cutting = false;
        admin = Admin.create(Map.of(
                "bootstrap.servers",
                broker.bootstrap(),
                "default.api.timeout.ms",
                60_000,
                // Asked again after this, a creation that was slow would be told that the topic exists.
                "request.timeout.ms",
                30_000));
        CountDownLatch answered = new CountDownLatch(1);
        thread = Thread.ofPlatform().name("topic-lives").start(() -> live(broker, answered));
        if (!answered.await(30, TimeUnit.SECONDS)) {
            throw new AssertionError("no topic was created or deleted: " + failure);
        }
    }

    private void live(Target broker, CountDownLatch answered) {
        try {
            while (!stop) {
                int at = Math.floorMod(random.nextLong(), NAMES);
                CutTopic topic = topics[at];
                if (topic == null || topic.stage() == CutTopic.Stage.GONE) {
                    // Known before it is asked for: a cut may leave its creation in doubt, and it may be there then.
                    topics[at] = new CutTopic("life-" + at, 1 + Math.floorMod(random.nextLong(), 3), Long.MAX_VALUE);
                    create(topics[at]);
                    fillAndRead(broker, topics[at]);
                    configure(topics[at]);
                } else if (Math.floorMod(random.nextLong(), 3) == 0) {
                    configure(topic);
                } else {
                    delete(topic);
                }
                answered.countDown();
            }
        } catch (ExecutionException | KafkaException | AssertionError e) {
            failure = cutting || isSlowness(e) ? null : e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A busy machine: what was asked for stays in doubt, as at a cut. */
    private static boolean isSlowness(Throwable e) {
        return e instanceof TimeoutException || e.getCause() instanceof TimeoutException;
    }

    private void create(CutTopic topic) throws InterruptedException, ExecutionException {
        history.add(topic);
        var asked = admin.createTopics(List.of(new NewTopic(topic.name(), topic.partitionCount(), (short) 1)));
        topic.created(asked.topicId(topic.name()).get());
    }

    private void delete(CutTopic topic) throws InterruptedException, ExecutionException {
        topic.deleting();
        admin.deleteTopics(List.of(topic.name())).all().get();
        topic.gone();
    }

    private void configure(CutTopic topic) throws InterruptedException, ExecutionException {
        int value = topic.settingAsked() + 1;
        topic.askSetting(value);
        var change = new AlterConfigOp(
                new ConfigEntry(CutHistory.SETTING, String.valueOf(CutHistory.SETTING_BASE + value)),
                AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(
                        Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic.name()), List.of(change)))
                .all()
                .get();
        topic.ackSetting(value);
    }

    /** With clients of its own each time: they know nothing of an earlier topic of the name. */
    private static void fillAndRead(Target broker, CutTopic topic) {
        Map<String, Object> patience =
                Map.of("max.block.ms", 3_000, "delivery.timeout.ms", 3_000, "request.timeout.ms", 2_000);
        var producer = JavaClient.producer(broker, patience);
        try {
            for (int i = 0; i < RECORDS; i++) {
                int partition = i % topic.partitionCount();
                String head = CutValue.head(topic, partition, "lives", i, 100);
                var _ = producer.send(
                        new ProducerRecord<>(topic.name(), partition, null, CutValue.of(head)), (where, error) -> {
                            if (error == null) {
                                topic.told(where.partition()).ack(where.offset(), head);
                            }
                        });
            }
            producer.flush();
        } finally {
            // Without patience: a producer that has not got its id yet waits for a broker for ever.
            producer.close(Duration.ZERO);
        }
        try (var consumer = JavaClient.consumer(broker, Map.of("default.api.timeout.ms", 3_000))) {
            consumer.assign(JavaClient.partitions(topic.name(), topic.partitionCount()));
            consumer.seekToBeginning(consumer.assignment());
            for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                topic.told(record.partition()).read.put(record.offset(), CutValue.headOf(record.value()));
            }
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        }
    }

    @Override
    public void expectCut() {
        cutting = true;
    }

    @Override
    public void afterCut() throws InterruptedException {
        stop = true;
        admin.close(Duration.ZERO);
        // A producer that waits for its id when the power goes never gives up by itself.
        thread.interrupt();
        thread.join();
        if (failure != null) {
            throw new AssertionError("topics failed before the cut: " + failure, failure);
        }
    }

    @Override
    public void afterRestart() {
        // Nothing goes on: what was asked for last stays in doubt.
    }

    @Override
    public void close() {
        stop = true;
        if (admin != null) {
            admin.close(Duration.ZERO);
        }
    }

    @Override
    public String toString() {
        return "TOPIC_LIVES";
    }
}
