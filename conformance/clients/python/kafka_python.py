"""Drives python3-kafka: kafka_python.py BOOTSTRAP TOPIC. Prints one JSON object of what it saw."""

import json
import sys

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, NewPartitions, NewTopic
from kafka.errors import TopicAlreadyExistsError

bootstrap, topic = sys.argv[1:]
saw = {}
admin = KafkaAdminClient(bootstrap_servers=bootstrap)
admin.create_topics([NewTopic(topic, num_partitions=3, replication_factor=1)])
try:
    admin.create_topics([NewTopic(topic, num_partitions=3, replication_factor=1)])
except TopicAlreadyExistsError:
    saw["createdAgain"] = "TopicAlreadyExistsError"
saw["listed"] = topic in admin.list_topics()

producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all")
zipped = KafkaProducer(bootstrap_servers=bootstrap, acks=1, compression_type="gzip")
placed = {}
for i in range(60):
    key = b"key-%d" % (i % 20)
    sender = zipped if i % 2 else producer
    sent = sender.send(topic, key=key, value=b"value-%d" % i, headers=[("from", b"python")]).get(20)
    placed.setdefault(key.decode(), set()).add(sent.partition)
producer.close()
zipped.close()
saw["placed"] = {key: sorted(partitions) for key, partitions in sorted(placed.items())}

consumer = KafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest", consumer_timeout_ms=10000)
partitions = [TopicPartition(topic, p) for p in range(3)]
consumer.assign(partitions)
consumer.seek_to_beginning()
values = []
for record in consumer:
    values.append(record.value.decode())
    if len(values) == 60:
        break
saw["values"] = sorted(values, key=lambda v: int(v.split("-")[1]))
saw["ends"] = sum(consumer.end_offsets(partitions).values())
saw["begins"] = sum(consumer.beginning_offsets(partitions).values())
found = consumer.offsets_for_times({p: 0 for p in partitions})
saw["fromTheFirst"] = sorted(o.offset for o in found.values() if o is not None)
consumer.close()

resource = ConfigResource(ConfigResourceType.TOPIC, topic, configs={"retention.ms": "60000"})
admin.alter_configs([resource])
admin.create_partitions({topic: NewPartitions(4)})
admin.delete_topics([topic])
admin.close()
print(json.dumps(saw))
