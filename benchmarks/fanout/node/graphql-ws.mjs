import { createServer } from 'node:http'
import { EventEmitter } from 'node:events'
import { buildSchema } from 'graphql'
import { useServer } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'
import { notificationReceived, serviceChanged, stamp, typeDefs } from './api.mjs'

const emitter = new EventEmitter().setMaxListeners(0)

async function* listen(topic) {
  const queue = []
  let wake
  const take = (item) => { queue.push(item); wake?.() }
  emitter.on(topic, take)
  try {
    for (;;) {
      if (!queue.length) await new Promise((resolve) => { wake = resolve })
      while (queue.length) yield queue.shift()
    }
  } finally {
    emitter.off(topic, take)
  }
}

const schema = buildSchema(typeDefs)
const roots = {
  subscription: {
    services: () => listen('services'),
    notifications: ({ person }) => listen(`person:${person}`),
  },
}

const http = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk) => { body += chunk }).on('end', () => {
    const { people, events } = JSON.parse(body)
    for (let i = 0; i < (events ?? 0); i++) emitter.emit('services', { services: serviceChanged(stamp()) })
    const now = stamp()
    for (let i = 0; i < (people ?? 0); i++) emitter.emit(`person:${i}`, { notifications: notificationReceived(now) })
    response.end('{}')
  })
})
const sockets = new WebSocketServer({ server: http, path: '/graphql', perMessageDeflate: false })
useServer({ schema, roots }, sockets)
http.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => console.log(`port ${http.address().port}`))
