// Transactions of kafkajs: commits, aborts, offsets of a group. What it saw goes to standard output as JSON.
'use strict';
const { Kafka, logLevel } = require('kafkajs');

const [bootstrap, topic] = process.argv.slice(2);

async function main() {
  const kafka = new Kafka({ clientId: 'txn', brokers: [bootstrap], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }] });
  const producer = kafka.producer({ transactionalId: topic, maxInFlightRequests: 1, idempotent: true });
  await producer.connect();
  for (const [value, commits] of [['a', true], ['b', false], ['c', true]]) {
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: [{ value: `${value}0` }, { value: `${value}1` }] });
    await (commits ? transaction.commit() : transaction.abort());
  }
  const offsets = [];
  for (const [offset, commits] of [['4', true], ['2', false]]) {
    const transaction = await producer.transaction();
    await transaction.sendOffsets({ consumerGroupId: topic, topics: [{ topic, partitions: [{ partition: 0, offset }] }] });
    await (commits ? transaction.commit() : transaction.abort());
    const [committed] = await admin.fetchOffsets({ groupId: topic, topics: [topic] });
    offsets.push(committed.partitions[0].offset);
  }
  const values = [];
  const consumer = kafka.consumer({ groupId: `${topic}-reader`, readUncommitted: false });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`not in time: ${values}`)), 30000).unref();
    consumer.run({
      eachMessage: async ({ message }) => {
        values.push(message.value.toString());
        if (values.length === 4) {
          resolve();
        }
      },
    }).catch(reject);
  });
  await consumer.disconnect();
  await producer.disconnect();
  await admin.disconnect();
  process.stdout.write(JSON.stringify({ values, offsets }));
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
