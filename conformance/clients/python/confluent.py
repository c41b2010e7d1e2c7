"""Drives python3-confluent-kafka (librdkafka): confluent.py BOOTSTRAP TOPIC. Prints one JSON object of what it saw."""

import json
import sys

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, NewPartitions, NewTopic

bootstrap, topic = sys.argv[1:]
saw = {}
admin = AdminClient({"bootstrap.servers": bootstrap})
for created in admin.create_topics([NewTopic(topic, num_partitions=3, replication_factor=1)]).values():
    created.result(20)

errors = []
for codec in ["none", "gzip", "snappy", "lz4", "zstd"]:
    producer = Producer({
        "bootstrap.servers": bootstrap,
        "enable.idempotence": True,
        "compression.type": codec,
        "linger.ms": 20,
        "partitioner": "murmur2_random",
    })
    for i in range(20):
        producer.produce(topic, key="key-%d" % i, value="%s-%d" % (codec, i),
                         on_delivery=lambda error, _: errors.append(str(error)) if error else None)
    saw["unsent"] = saw.get("unsent", 0) + producer.flush(20)
saw["errors"] = errors

consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "unused", "enable.auto.commit": False,
                     "enable.partition.eof": False})
consumer.assign([TopicPartition(topic, p, 0) for p in range(3)])
placed = {}
count = 0
while count < 100:
    message = consumer.poll(20)
    if message is None:
        break
    if message.error():
        raise SystemExit(str(message.error()))
    placed.setdefault(message.key().decode(), set()).add(message.partition())
    count += 1
saw["read"] = count
saw["placed"] = {key: sorted(partitions) for key, partitions in sorted(placed.items())}
saw["watermarks"] = sum(consumer.get_watermark_offsets(TopicPartition(topic, p))[1] for p in range(3))
consumer.close()

described = admin.describe_configs([ConfigResource("topic", topic)])
saw["cleanup"] = [f.result(20)["cleanup.policy"].value for f in described.values()]
for grown in admin.create_partitions([NewPartitions(topic, 4)]).values():
    grown.result(20)
for deleted in admin.delete_topics([topic]).values():
    deleted.result(20)
print(json.dumps(saw))
