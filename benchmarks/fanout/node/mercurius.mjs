import Fastify from 'fastify'
import mercurius from 'mercurius'
import { notificationReceived, serviceChanged, stamp, typeDefs } from './api.mjs'

const app = Fastify()
const resolvers = {
  Subscription: {
    services: { subscribe: (_root, _args, { pubsub }) => pubsub.subscribe('services') },
    notifications: { subscribe: (_root, { person }, { pubsub }) => pubsub.subscribe(`person:${person}`) },
  },
}
app.register(mercurius, {
  schema: typeDefs, resolvers, jit: 1,
  subscription: { fullWsTransport: true },
})
app.post('/publish', async (request) => {
  const { people, events } = request.body
  for (let i = 0; i < (events ?? 0); i++) app.graphql.pubsub.publish({ topic: 'services', payload: { services: serviceChanged(stamp()) } })
  const now = stamp()
  for (let i = 0; i < (people ?? 0); i++) app.graphql.pubsub.publish({ topic: `person:${i}`, payload: { notifications: notificationReceived(now) } })
  return {}
})
await app.listen({ port: 0, host: '127.0.0.1', backlog: 4096 })
console.log(`port ${app.server.address().port}`)
