// Two kafkajs consumers of one group share a topic; one leaves, and the other reads on from what was committed. What they saw goes to standard output as JSON.
'use strict';
const { Kafka, logLevel } = require('kafkajs');

const [bootstrap, topic] = process.argv.slice(2);
const PARTITIONS = 4;

async function main() {
  const kafka = new Kafka({ clientId: 'group', brokers: [bootstrap], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS }] });
  const producer = kafka.producer();
  await producer.connect();
  const seen = new Set();
  const readBy = { first: new Set(), second: new Set() };
  const shares = {};

  async function consumer(name) {
    const made = kafka.consumer({ groupId: topic, sessionTimeout: 10000, heartbeatInterval: 300, rebalanceTimeout: 10000 });
    made.on(made.events.GROUP_JOIN, (event) => {
      shares[name] = (event.payload.memberAssignment[topic] || []).length;
    });
    await made.connect();
    await made.subscribe({ topic, fromBeginning: true });
    await made.run({
      eachMessage: async ({ message }) => {
        seen.add(message.value.toString());
        readBy[name].add(message.value.toString());
      },
    });
    return made;
  }

  async function produce(from, to) {
    const messages = [];
    for (let i = from; i < to; i++) {
      messages.push({ value: `v${i}`, partition: i % PARTITIONS });
    }
    await producer.send({ topic, messages });
  }

  async function until(condition, what) {
    for (let i = 0; i < 600; i++) {
      if (condition()) {
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`not in time: ${what} (${JSON.stringify(shares)}, ${seen.size} seen)`);
  }

  const first = await consumer('first');
  await until(() => shares.first === PARTITIONS, 'the first alone');
  const second = await consumer('second');
  await until(() => shares.first === 2 && shares.second === 2, 'two shares');
  await produce(0, 40);
  await until(() => seen.size === 40, 'what was produced');
  const bySecond = readBy.second.size;
  await second.disconnect();
  await until(() => shares.first === PARTITIONS, 'the first alone again');
  await produce(40, 80);
  await until(() => seen.size === 80, 'what was produced then');
  await first.disconnect();
  const described = await admin.describeGroups([topic]);
  const offsets = await admin.fetchOffsets({ groupId: topic, topics: [topic] });
  const committed = offsets[0].partitions.reduce((sum, partition) => sum + Number(partition.offset), 0);
  await admin.deleteGroups([topic]);
  await producer.disconnect();
  await admin.disconnect();
  console.log(JSON.stringify({ seen: seen.size, bySecond, committed, state: described.groups[0].state }));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
