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

NOTIFICATIONS = """\
query Inbox {
  notifications(first: 5) { unreadCount nodes { type title body } }
}"""
