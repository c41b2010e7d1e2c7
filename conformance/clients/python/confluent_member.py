"""A member of a group of python3-confluent-kafka (librdkafka): confluent_member.py BOOTSTRAP GROUP TOPIC.

Says what it is assigned and what it reads, a line each, and leaves when its standard input ends.
"""

import sys
import threading

from confluent_kafka import Consumer

bootstrap, group, topic = sys.argv[1:]
ended = threading.Event()


def await_end_of_input():
    sys.stdin.read()
    ended.set()


threading.Thread(target=await_end_of_input, daemon=True).start()


def say_assigned(_, partitions):
    print("assigned " + " ".join("%s-%d" % (p.topic, p.partition) for p in partitions), flush=True)


consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": group, "auto.offset.reset": "earliest",
                     "session.timeout.ms": 3000, "heartbeat.interval.ms": 300, "auto.commit.interval.ms": 200,
                     "enable.auto.offset.store": False, "topic.metadata.refresh.interval.ms": 500})
consumer.subscribe([topic], on_assign=say_assigned, on_revoke=lambda c, _: say_assigned(c, []))
while not ended.is_set():
    message = consumer.poll(0.05)
    if message is not None and not message.error():
        print("read " + message.value().decode(), flush=True)
        try:
            consumer.store_offsets(message)
        except Exception as lost:  # the partition went to another while it was printed: that one reads it again
            print("not stored: %s" % lost, flush=True)
consumer.close()
