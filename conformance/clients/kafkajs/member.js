// A member of a group: node member.js BOOTSTRAP GROUP TOPIC. Says what it is assigned and what it reads, a line each, and leaves when its standard input ends.
'use strict';
const { Kafka, logLevel } = require('kafkajs');

const [bootstrap, groupId, topic] = process.argv.slice(2);

async function main() {
  const kafka = new Kafka({ clientId: 'member', brokers: [bootstrap], logLevel: logLevel.NOTHING });
  // Heartbeats go out between fetches only.
  const consumer = kafka.consumer({
    groupId,
    sessionTimeout: 3000,
    heartbeatInterval: 300,
    rebalanceTimeout: 10000,
    maxWaitTimeInMs: 200,
  });
  consumer.on(consumer.events.GROUP_JOIN, (event) => {
    const partitions = event.payload.memberAssignment[topic] || [];
    console.log(`assigned ${partitions.map((partition) => `${topic}-${partition}`).join(' ')}`);
  });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    autoCommitInterval: 200,
    eachMessage: async ({ message }) => console.log(`read ${message.value}`),
  });
  process.stdin.resume();
  process.stdin.on('end', async () => {
    await consumer.disconnect();
    process.exit(0);
  });
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
