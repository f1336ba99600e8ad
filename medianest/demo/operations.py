"""The GraphQL that the demo uses, ready to paste into GraphiQL."""

CREATE_FIRST_ADMIN = """\
mutation FirstStart($input: CreateFirstAdminInput!) {
  createFirstAdmin(input: $input) {
    accessToken
    user { username }
    permissions
    errors { code message path }
  }
}"""

LOGIN = """\
mutation LogIn($input: LoginInput!) {
  login(input: $input) {
    accessToken
    user { username }
    permissions
    errors { code message path }
  }
}"""

QUEUE_DOWNLOAD = """\
mutation QueueDownload($url: URL!) {
  queueDownload(input: { url: $url }) {
    download { id status }
    errors { code message path }
  }
}"""

WATCH = """\
subscription WatchIt {
  downloads(ticksPerSecond: 10) {
    __typename
    ... on DownloadChanged {
      cursor
      download { id title status stage progress { percent } error { code message hint } }
    }
    ... on DownloadTick { downloadId stage progress { percent downloadedBytes totalBytes speedBps etaSeconds } }
    ... on StreamReset { cursor reason }
  }
}"""

FILES = """\
query Files($id: ID!) {
  node(id: $id) {
    ... on Download {
      title
      files { kind filename bytes sha256 url }
    }
  }
}"""

SEARCH = """\
query Search($query: String!) {
  search(query: $query, first: 1) {
    nodes { id title year overview availability requestability { allowed reason willAutoApprove } }
  }
}"""

CREATE_MEDIA_REQUEST = """\
mutation Ask($media: ID!) {
  createMediaRequest(input: { media: { id: $media } }) {
    request { id status }
    errors { code message path }
  }
}"""

WATCH_REQUESTS = """\
subscription WatchRequests {
  mediaRequests {
    __typename
    ... on MediaRequestChanged {
      cursor
      request { id status statusReason media { title availability } progress { percent etaAt } }
    }
    ... on StreamReset { cursor reason }
  }
}"""

STORY = """\
query Story($id: ID!) {
  node(id: $id) {
    ... on MediaRequest { media { title availability } timeline { nodes { message occurredAt } } }
  }
}"""

NOTIFICATIONS = """\
query Inbox {
  notifications(first: 5) { unreadCount nodes { type title body } }
}"""
