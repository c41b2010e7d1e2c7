// Drives kafkajs as admin and producer: node tour.js BOOTSTRAP TOPIC. Prints one JSON object of what it saw.
const { Kafka, CompressionTypes, Partitioners, ConfigResourceTypes, logLevel } = require('kafkajs')

const [bootstrap, topic] = process.argv.slice(2)
const kafka = new Kafka({ clientId: 'tour', brokers: [bootstrap], logLevel: logLevel.ERROR, retry: { retries: 8 } })

async function main() {
  const saw = {}
  const admin = kafka.admin()
  await admin.connect()
  saw.created = await admin.createTopics({
    waitForLeaders: true,
    topics: [{ topic, numPartitions: 3, replicationFactor: 1, configEntries: [{ name: 'retention.ms', value: '3600000' }] }],
  })
  saw.createdAgain = await admin.createTopics({ topics: [{ topic, numPartitions: 3 }] })
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  const sent = []
  for (const compression of [CompressionTypes.None, CompressionTypes.GZIP]) {
    const messages = [...Array(20).keys()].map((i) => ({ key: `key-${i}`, value: `${compression}:${i}`, headers: { from: 'kafkajs' } }))
    sent.push(...(await producer.send({ topic, compression, acks: -1, messages })))
  }
  saw.errors = sent.filter((s) => s.errorCode !== 0).length
  await producer.disconnect()
  const idempotent = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, idempotent: true, maxInFlightRequests: 1 })
  await idempotent.connect()
  await idempotent.send({ topic, messages: [{ key: 'key-0', value: 'once' }] })
  await idempotent.disconnect()
  saw.offsets = (await admin.fetchTopicOffsets(topic)).map((o) => [o.partition, o.low, o.high]).sort()
  const metadata = await admin.fetchTopicMetadata({ topics: [topic] })
  saw.partitions = metadata.topics[0].partitions.length
  const configs = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configNames: ['retention.ms'] }],
  })
  saw.retention = configs.resources[0].configEntries[0].configValue
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configEntries: [{ name: 'retention.ms', value: '7200000' }] }],
  })
  await admin.createPartitions({ topicPartitions: [{ topic, count: 4 }] })
  saw.brokers = (await admin.describeCluster()).brokers.length
  saw.listed = (await admin.listTopics()).includes(topic)
  await admin.disconnect()
  console.log(JSON.stringify(saw))
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
