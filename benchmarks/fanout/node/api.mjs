// What both servers offer: the part of our schema that the benchmark watches, and the event they are told to publish.
export const typeDefs = `
  type Query { ok: Boolean }
  type Service { id: ID! name: String! status: String! lastCheckedAt: String }
  type ServiceChanged { cursor: String! at: String! service: Service! previousStatus: String }
  type Notification { id: ID! type: String! title: String! body: String! isRead: Boolean! createdAt: String! }
  type NotificationReceived { cursor: String! at: String! notification: Notification! unreadCount: Int! }
  union ServiceStreamItem = ServiceChanged
  union NotificationStreamItem = NotificationReceived
  type Subscription {
    services(after: String): ServiceStreamItem
    notifications(after: String, person: String): NotificationStreamItem
  }
`

let position = 0

export const serviceChanged = (stamp) => ({
  __typename: 'ServiceChanged', cursor: String(++position), at: new Date().toISOString(), previousStatus: 'UP',
  service: { id: 'U2VydmljZTox', name: stamp, status: 'DOWN', lastCheckedAt: null },
})

export const notificationReceived = (stamp) => ({
  __typename: 'NotificationReceived', cursor: String(++position), at: new Date().toISOString(), unreadCount: 1,
  notification: {
    id: 'Tm90aWZpY2F0aW9uOjE', type: 'ANNOUNCEMENT', title: stamp, body: 'For everybody', isRead: false,
    createdAt: new Date().toISOString(),
  },
})

// `stamp:<monotonic clock in ns>;`, as the watchers expect it
export const stamp = () => `stamp:${process.hrtime.bigint()};`
