"""Drives a group of python3-confluent-kafka (librdkafka): confluent_group.py BOOTSTRAP TOPIC. Prints one JSON object of what it saw."""

import json
import sys
import time

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

bootstrap, topic = sys.argv[1:]
saw = {}
admin = AdminClient({"bootstrap.servers": bootstrap})
for created in admin.create_topics([NewTopic(topic, num_partitions=4, replication_factor=1)]).values():
    created.result(20)
producer = Producer({"bootstrap.servers": bootstrap})
for i in range(100):
    producer.produce(topic, partition=i % 4, value="v%d" % i)
saw["unsent"] = producer.flush(20)


def member(**more):
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": topic, "auto.offset.reset": "earliest",
                         "session.timeout.ms": 6000, "heartbeat.interval.ms": 500, "enable.auto.commit": False, **more})
    consumer.subscribe([topic])
    return consumer


def poll_until(members, done):
    deadline = time.monotonic() + 40
    while not done():
        if time.monotonic() > deadline:
            raise SystemExit("waited too long; " + json.dumps(saw))
        for consumer in members:
            message = consumer.poll(0.1)
            if message is not None and not message.error():
                values.add(message.value().decode())


values = set()
for strategy in ["range", "cooperative-sticky"]:
    settings = {"group.id": topic + strategy, "partition.assignment.strategy": strategy}
    values.clear()
    first = member(**settings)
    poll_until([first], lambda: len(values) == 100)
    second = member(**settings)
    poll_until([first, second], lambda: len(first.assignment()) == 2 and len(second.assignment()) == 2)
    saw[strategy] = sorted(p.partition for c in (first, second) for p in c.assignment())
    first.commit(offsets=[TopicPartition(topic, first.assignment()[0].partition, 7)], asynchronous=False)
    second.close()
    poll_until([first], lambda: len(first.assignment()) == 4)
    committed = first.committed([TopicPartition(topic, p) for p in range(4)], 20)
    saw[strategy + " committed"] = sorted(c.offset for c in committed)
    first.close()
print(json.dumps(saw))
