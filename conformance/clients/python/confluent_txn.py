"""Transactions of python3-confluent-kafka (librdkafka): confluent_txn.py BOOTSTRAP TOPIC. Prints one JSON object of what it saw."""

import json
import sys
import time

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

bootstrap, topic = sys.argv[1:]
admin = AdminClient({"bootstrap.servers": bootstrap})
for created in admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1)]).values():
    created.result(20)
producer = Producer({"bootstrap.servers": bootstrap, "transactional.id": topic})
producer.init_transactions(20)
reading = Consumer({"bootstrap.servers": bootstrap, "group.id": topic, "auto.offset.reset": "earliest",
                    "isolation.level": "read_committed", "enable.auto.commit": False})
reading.subscribe([topic])


def poll_until(count):
    values = []
    deadline = time.monotonic() + 40
    while len(values) < count:
        if time.monotonic() > deadline:
            raise SystemExit("waited too long; " + json.dumps(values))
        message = reading.poll(0.1)
        if message is not None and not message.error():
            values.append(message.value().decode())
    return values


for value, commits in [("a", True), ("b", False), ("c", True)]:
    producer.begin_transaction()
    for i in range(3):
        producer.produce(topic, value=value + str(i))
    producer.flush(20)
    if commits:
        producer.commit_transaction(20)
    else:
        producer.abort_transaction(20)
saw = {"values": poll_until(6)}
partition = TopicPartition(topic, 0)
for offset, commits in [(7, True), (2, False)]:
    producer.begin_transaction()
    producer.send_offsets_to_transaction([TopicPartition(topic, 0, offset)], reading.consumer_group_metadata(), 20)
    if commits:
        producer.commit_transaction(20)
    else:
        producer.abort_transaction(20)
    saw["committed " + str(offset)] = reading.committed([partition], 20)[0].offset
reading.close()
print(json.dumps(saw))
