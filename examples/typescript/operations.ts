// Made by `npm run generate` out of operations.graphql.

export type Operation<Result, Variables> = string & { readonly types?: (variables: Variables) => Result };

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** The very first account of a new server. */
export type CreateFirstAdminInput = {
  /** The one-time token that the server prints when it starts. */
  setupToken: string;
  /** To log in with. */
  email: string;
  /** 2 to 32 letters, digits, dots, dashes, underscores. */
  username: string;
  /** 10 to 256 characters. */
  password: string;
};

/** What to ask for. */
export type CreateMediaRequestInput = {
  /** The title. */
  media: MediaRefInput;
  /** Series only, and required there. */
  seasons?: SeasonsInput | null | undefined;
  /** The copy in 4K instead; takes REQUEST_4K as well. */
  is4k?: boolean;
  /** A word to those who decide, up to 1,000 characters. */
  note?: string | null | undefined;
  /** The user whose request it will be; takes MANAGE_REQUESTS. Over that person's quota it waits for a decision. */
  onBehalfOf?: string | null | undefined;
  /** Any text, up to 128 characters: within a week the same call with the same key is done once. */
  idempotencyKey?: string | null | undefined;
};

/** A file to come. */
export type CreateUploadInput = {
  /** AVATAR, COVER, COOKIES or OTHER. */
  kind: FileKind;
  /** A name to save it under. */
  filename: string;
  /** The `Content-Type` it is sent with. What the file is shows from its content. */
  mimeType: string;
  /** Its exact size. */
  bytes: number;
  /** SHA-256 of its bytes in hex, to be compared with what comes. */
  sha256?: string | null | undefined;
};

/** The step a running download is at. */
export type DownloadStage =
  | 'EXTRACTING'
  | 'DOWNLOADING'
  | 'MERGING'
  | 'SUBTITLES'
  | 'CONVERTING'
  | 'MOVING'
  | 'CLEANUP';

/** How far a download got. COMPLETED, FAILED and CANCELLED are ends. */
export type DownloadStatus =
  | 'QUEUED'
  | 'SCHEDULED'
  | 'RUNNING'
  | 'PAUSED'
  | 'RETRY_WAIT'
  | 'COMPLETED'
  | 'FAILED'
  | 'CANCELLED';

/** What kind of failure it is: the part of an error that a program branches on. */
export type ErrorCode =
  | 'VALIDATION'
  | 'NOT_FOUND'
  | 'PERMISSION_DENIED'
  | 'UNAUTHENTICATED'
  | 'CONFLICT'
  | 'DUPLICATE'
  | 'QUOTA_EXCEEDED'
  | 'RATE_LIMITED'
  | 'UPSTREAM_UNAVAILABLE'
  | 'UPSTREAM_REJECTED'
  | 'INVALID_STATE'
  | 'BLOCKLISTED'
  | 'UNSUPPORTED_URL'
  | 'FORBIDDEN_URL'
  | 'INVALID_CREDENTIALS'
  | 'TOKEN_EXPIRED'
  | 'TOKEN_REUSED'
  | 'IDEMPOTENCY_MISMATCH'
  | 'STALE_VERSION'
  | 'STORAGE_FULL'
  | 'MALFORMED_REQUEST'
  | 'INVALID_OPERATION'
  | 'OPERATION_TOO_COSTLY'
  | 'PAYLOAD_TOO_LARGE'
  | 'TIMEOUT'
  | 'UNAVAILABLE'
  | 'INTERNAL';

/** What a file is. */
export type FileKind =
  | 'VIDEO'
  | 'AUDIO'
  | 'SUBTITLE'
  | 'THUMBNAIL'
  | 'AVATAR'
  | 'COVER'
  | 'COOKIES'
  | 'OTHER';

/** The one thing to act on. */
export type IdInput = {
  /** Its ID. */
  id: string;
};

/** E-mail address and password. */
export type LoginInput = {
  /** The address of the account, in upper or lower case. */
  email: string;
  /** The password. */
  password: string;
  /** How to name this device in the list of sessions. */
  deviceName?: string | null | undefined;
};

/** Which notifications were read. */
export type MarkNotificationsReadInput =
  {   /** These, 1 to 500. */
  ids: Array<string>; upTo?: never; }
  |  { ids?: never;   /** Everything that had arrived by then, so that what comes meanwhile stays unread: the `cursor` of the newest notification on screen, or of a stream's item. */
  upTo: string; };

/** A title, by its ID here or its number at TMDB. */
export type MediaRefInput =
  {   /** The ID of a Movie or a TvShow. */
  id: string; tmdb?: never; }
  |  { id?: never;   /** Its number at TMDB. */
  tmdb: TmdbRefInput; };

/** How far a request got. APPROVED: it is being handed on to those who fetch it. SUBMITTED: they know of it. COMPLETED: it can be watched. What FAILED or was DECLINED can be tried again. */
export type MediaRequestStatus =
  | 'PENDING'
  | 'APPROVED'
  | 'SUBMITTED'
  | 'PROCESSING'
  | 'PARTIALLY_AVAILABLE'
  | 'COMPLETED'
  | 'DECLINED'
  | 'FAILED'
  | 'CANCELLED';

/** A film, or a series. */
export type MediaType =
  | 'MOVIE'
  | 'TV';

/** A link to fetch. */
export type QueueDownloadInput = {
  /** The page or file, as one pastes it from the browser. */
  url: string;
  /** How to make it; the default profile when left out. */
  profile?: string | null | undefined;
  /** Any text, up to 128 characters: within a week the same call with the same key is done once. */
  idempotencyKey?: string | null | undefined;
};

/** The newest refresh token of a session. */
export type RefreshTokenInput = {
  /** As the last answer gave it. */
  refreshToken: string;
};

/** Why a title cannot be asked for. NOT_RELEASED: a series without such a season yet. SERVICE_UNCONFIGURED: this server has nobody who fetches it. */
export type RequestabilityReason =
  | 'ALREADY_AVAILABLE'
  | 'ALREADY_REQUESTED'
  | 'NOT_PERMITTED'
  | 'QUOTA_EXCEEDED'
  | 'BLOCKLISTED'
  | 'NOT_RELEASED'
  | 'SERVICE_UNCONFIGURED';

/** Without the specials. ALL: every season, refused when one of them is there or asked for already. MISSING: those that are neither. */
export type SeasonSelection =
  | 'ALL'
  | 'MISSING';

/** Which seasons of a series. */
export type SeasonsInput =
  {   /** These, 1 to 200; 0 are the specials. */
  numbers: Array<number>; select?: never; }
  |  { numbers?: never;   /** Those that this means now. */
  select: SeasonSelection; };

/** CURSOR_TOO_OLD: what came after it is not kept any more. CURSOR_UNKNOWN: this server never gave it out. TOO_SLOW: the client fell too far behind. */
export type StreamResetReason =
  | 'CURSOR_TOO_OLD'
  | 'CURSOR_UNKNOWN'
  | 'TOO_SLOW';

/** A title by its number at TMDB. */
export type TmdbRefInput = {
  /** The number. */
  tmdbId: number;
  /** Of a film, or of a series. */
  type: MediaType;
};

type Failure_DuplicateError_Fragment = { __typename: 'DuplicateError', code: ErrorCode, message: string, path: Array<string> | null };

type Failure_GenericError_Fragment = { __typename: 'GenericError', code: ErrorCode, message: string, path: Array<string> | null };

type Failure_InvalidStateError_Fragment = { __typename: 'InvalidStateError', code: ErrorCode, message: string, path: Array<string> | null };

type Failure_QuotaExceededError_Fragment = { __typename: 'QuotaExceededError', code: ErrorCode, message: string, path: Array<string> | null, quota: { resetsAt: string | null } };

type Failure_RateLimitedError_Fragment = { __typename: 'RateLimitedError', retryAfterSeconds: number, code: ErrorCode, message: string, path: Array<string> | null };

type Failure_UpstreamError_Fragment = { __typename: 'UpstreamError', code: ErrorCode, message: string, path: Array<string> | null };

type Failure_ValidationError_Fragment = { __typename: 'ValidationError', code: ErrorCode, message: string, path: Array<string> | null };

export type FailureFragment =
  | Failure_DuplicateError_Fragment
  | Failure_GenericError_Fragment
  | Failure_InvalidStateError_Fragment
  | Failure_QuotaExceededError_Fragment
  | Failure_RateLimitedError_Fragment
  | Failure_UpstreamError_Fragment
  | Failure_ValidationError_Fragment
;

export type ServerQueryVariables = Exact<{ [key: string]: never; }>;


export type ServerQuery = { server: { setupRequired: boolean } };

export type LoginFragment = { accessToken: string | null, refreshToken: string | null, user: { displayName: string } | null, errors: Array<
    | { __typename: 'DuplicateError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'GenericError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'InvalidStateError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'QuotaExceededError', code: ErrorCode, message: string, path: Array<string> | null, quota: { resetsAt: string | null } }
    | { __typename: 'RateLimitedError', retryAfterSeconds: number, code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'UpstreamError', code: ErrorCode, message: string, path: Array<string> | null }
    | { __typename: 'ValidationError', code: ErrorCode, message: string, path: Array<string> | null }
  > };

export type FirstAdminMutationVariables = Exact<{
  input: CreateFirstAdminInput;
}>;


export type FirstAdminMutation = { createFirstAdmin: { accessToken: string | null, refreshToken: string | null, user: { displayName: string } | null, errors: Array<
      | { __typename: 'DuplicateError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'GenericError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'InvalidStateError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'QuotaExceededError', code: ErrorCode, message: string, path: Array<string> | null, quota: { resetsAt: string | null } }
      | { __typename: 'RateLimitedError', retryAfterSeconds: number, code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'UpstreamError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'ValidationError', code: ErrorCode, message: string, path: Array<string> | null }
    > } };

export type LogInMutationVariables = Exact<{
  input: LoginInput;
}>;


export type LogInMutation = { login: { accessToken: string | null, refreshToken: string | null, user: { displayName: string } | null, errors: Array<
      | { __typename: 'DuplicateError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'GenericError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'InvalidStateError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'QuotaExceededError', code: ErrorCode, message: string, path: Array<string> | null, quota: { resetsAt: string | null } }
      | { __typename: 'RateLimitedError', retryAfterSeconds: number, code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'UpstreamError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'ValidationError', code: ErrorCode, message: string, path: Array<string> | null }
    > } };

export type RefreshMutationVariables = Exact<{
  input: RefreshTokenInput;
}>;


export type RefreshMutation = { refreshToken: { accessToken: string | null, refreshToken: string | null, user: { displayName: string } | null, errors: Array<
      | { __typename: 'DuplicateError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'GenericError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'InvalidStateError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'QuotaExceededError', code: ErrorCode, message: string, path: Array<string> | null, quota: { resetsAt: string | null } }
      | { __typename: 'RateLimitedError', retryAfterSeconds: number, code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'UpstreamError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'ValidationError', code: ErrorCode, message: string, path: Array<string> | null }
    > } };

export type LogOutMutationVariables = Exact<{ [key: string]: never; }>;


export type LogOutMutation = { logout: { errors: Array<
      | { __typename: 'DuplicateError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'GenericError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'InvalidStateError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'QuotaExceededError', code: ErrorCode, message: string, path: Array<string> | null, quota: { resetsAt: string | null } }
      | { __typename: 'RateLimitedError', retryAfterSeconds: number, code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'UpstreamError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'ValidationError', code: ErrorCode, message: string, path: Array<string> | null }
    > } };

export type DownloadRowFragment = { id: string, version: number, title: string | null, url: string, status: DownloadStatus, error: { message: string, hint: string | null } | null };

export type RequestRowFragment = { id: string, version: number, status: MediaRequestStatus, media:
    | { title: string }
    | { title: string }
   };

export type HomeQueryVariables = Exact<{
  watched?: Array<string> | string;
}>;


export type HomeQuery = { streamCursor: string | null, nodes: Array<
    | { __typename: 'ApiToken' }
    | { __typename: 'AuditEntry' }
    | { __typename: 'DomainEvent' }
    | { __typename: 'Download', id: string, version: number, title: string | null, url: string, status: DownloadStatus, error: { message: string, hint: string | null } | null }
    | { __typename: 'DownloadProfile' }
    | { __typename: 'ErrorEntry' }
    | { __typename: 'MediaRequest' }
    | { __typename: 'Movie' }
    | { __typename: 'Notification' }
    | { __typename: 'NotificationChannel' }
    | { __typename: 'NotificationDelivery' }
    | { __typename: 'Service' }
    | { __typename: 'Session' }
    | { __typename: 'StoredFile' }
    | { __typename: 'TimelineEntry' }
    | { __typename: 'TvShow' }
    | { __typename: 'User' }
    | { __typename: 'WebhookReceipt' }
   | null>, requests: Array<
    | { __typename: 'ApiToken' }
    | { __typename: 'AuditEntry' }
    | { __typename: 'DomainEvent' }
    | { __typename: 'Download' }
    | { __typename: 'DownloadProfile' }
    | { __typename: 'ErrorEntry' }
    | { __typename: 'MediaRequest', id: string, version: number, status: MediaRequestStatus, media:
        | { title: string }
        | { title: string }
       }
    | { __typename: 'Movie' }
    | { __typename: 'Notification' }
    | { __typename: 'NotificationChannel' }
    | { __typename: 'NotificationDelivery' }
    | { __typename: 'Service' }
    | { __typename: 'Session' }
    | { __typename: 'StoredFile' }
    | { __typename: 'TimelineEntry' }
    | { __typename: 'TvShow' }
    | { __typename: 'User' }
    | { __typename: 'WebhookReceipt' }
   | null>, dashboard: { unreadNotifications: number, activeDownloads: { nodes: Array<{ id: string, version: number, title: string | null, url: string, status: DownloadStatus, error: { message: string, hint: string | null } | null }> } } | null };

type Item_DownloadChanged_Fragment = { __typename: 'DownloadChanged', cursor: string, download: { id: string, version: number, title: string | null, url: string, status: DownloadStatus, error: { message: string, hint: string | null } | null } };

type Item_DownloadTick_Fragment = { __typename: 'DownloadTick', downloadId: string, stage: DownloadStage | null, progress: { percent: number } };

type Item_MediaRequestChanged_Fragment = { __typename: 'MediaRequestChanged', cursor: string, request: { id: string, version: number, status: MediaRequestStatus, media:
      | { title: string }
      | { title: string }
     } };

type Item_NotificationReceived_Fragment = { __typename: 'NotificationReceived', cursor: string, unreadCount: number, notification: { title: string } };

type Item_NotificationsRead_Fragment = { __typename: 'NotificationsRead', cursor: string, unreadCount: number };

type Item_ServiceChanged_Fragment = { __typename: 'ServiceChanged', cursor: string };

type Item_QueueChanged_Fragment = { __typename: 'QueueChanged' };

type Item_StreamReset_Fragment = { __typename: 'StreamReset', cursor: string, reason: StreamResetReason };

export type ItemFragment =
  | Item_DownloadChanged_Fragment
  | Item_DownloadTick_Fragment
  | Item_MediaRequestChanged_Fragment
  | Item_NotificationReceived_Fragment
  | Item_NotificationsRead_Fragment
  | Item_ServiceChanged_Fragment
  | Item_QueueChanged_Fragment
  | Item_StreamReset_Fragment
;

export type LiveSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type LiveSubscription = { dashboard:
    | { __typename: 'DownloadChanged', cursor: string, download: { id: string, version: number, title: string | null, url: string, status: DownloadStatus, error: { message: string, hint: string | null } | null } }
    | { __typename: 'DownloadTick', downloadId: string, stage: DownloadStage | null, progress: { percent: number } }
    | { __typename: 'MediaRequestChanged', cursor: string, request: { id: string, version: number, status: MediaRequestStatus, media:
          | { title: string }
          | { title: string }
         } }
    | { __typename: 'NotificationReceived', cursor: string, unreadCount: number, notification: { title: string } }
    | { __typename: 'NotificationsRead', cursor: string, unreadCount: number }
    | { __typename: 'ServiceChanged', cursor: string }
    | { __typename: 'QueueChanged' }
    | { __typename: 'StreamReset', cursor: string, reason: StreamResetReason }
   };

export type ChangesQueryVariables = Exact<{
  after: string;
}>;


export type ChangesQuery = { changes: { cursor: string, hasMore: boolean, items: Array<
      | { __typename: 'DownloadChanged', cursor: string, download: { id: string, version: number, title: string | null, url: string, status: DownloadStatus, error: { message: string, hint: string | null } | null } }
      | { __typename: 'DownloadTick', downloadId: string, stage: DownloadStage | null, progress: { percent: number } }
      | { __typename: 'MediaRequestChanged', cursor: string, request: { id: string, version: number, status: MediaRequestStatus, media:
            | { title: string }
            | { title: string }
           } }
      | { __typename: 'NotificationReceived', cursor: string, unreadCount: number, notification: { title: string } }
      | { __typename: 'NotificationsRead', cursor: string, unreadCount: number }
      | { __typename: 'ServiceChanged', cursor: string }
      | { __typename: 'QueueChanged' }
      | { __typename: 'StreamReset', cursor: string, reason: StreamResetReason }
    > } | null };

export type QueueMutationVariables = Exact<{
  input: QueueDownloadInput;
}>;


export type QueueMutation = { queueDownload: { download: { id: string, version: number, title: string | null, url: string, status: DownloadStatus, error: { message: string, hint: string | null } | null } | null, errors: Array<
      | { __typename: 'DuplicateError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'GenericError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'InvalidStateError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'QuotaExceededError', code: ErrorCode, message: string, path: Array<string> | null, quota: { resetsAt: string | null } }
      | { __typename: 'RateLimitedError', retryAfterSeconds: number, code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'UpstreamError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'ValidationError', code: ErrorCode, message: string, path: Array<string> | null }
    > } };

export type ResultQueryVariables = Exact<{
  id: string;
}>;


export type ResultQuery = { node:
    | { __typename: 'ApiToken' }
    | { __typename: 'AuditEntry' }
    | { __typename: 'DomainEvent' }
    | { __typename: 'Download', id: string, version: number, title: string | null, url: string, status: DownloadStatus, files: Array<{ kind: FileKind, filename: string, bytes: number, url: string | null }>, error: { message: string, hint: string | null } | null }
    | { __typename: 'DownloadProfile' }
    | { __typename: 'ErrorEntry' }
    | { __typename: 'MediaRequest' }
    | { __typename: 'Movie' }
    | { __typename: 'Notification' }
    | { __typename: 'NotificationChannel' }
    | { __typename: 'NotificationDelivery' }
    | { __typename: 'Service' }
    | { __typename: 'Session' }
    | { __typename: 'StoredFile' }
    | { __typename: 'TimelineEntry' }
    | { __typename: 'TvShow' }
    | { __typename: 'User' }
    | { __typename: 'WebhookReceipt' }
   | null };

export type SearchQueryVariables = Exact<{
  text: string;
}>;


export type SearchQuery = { search: { nodes: Array<
      | { __typename: 'Movie', id: string, title: string, year: number | null, requestability: { reason: RequestabilityReason | null } }
      | { __typename: 'TvShow', id: string, title: string, year: number | null, requestability: { reason: RequestabilityReason | null } }
    > } | null };

export type AskMutationVariables = Exact<{
  input: CreateMediaRequestInput;
}>;


export type AskMutation = { createMediaRequest: { request: { id: string, version: number, status: MediaRequestStatus, media:
        | { title: string }
        | { title: string }
       } | null, errors: Array<
      | { __typename: 'DuplicateError', code: ErrorCode, message: string, path: Array<string> | null, existing:
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
         | null }
      | { __typename: 'GenericError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'InvalidStateError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'QuotaExceededError', code: ErrorCode, message: string, path: Array<string> | null, quota: { resetsAt: string | null } }
      | { __typename: 'RateLimitedError', retryAfterSeconds: number, code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'UpstreamError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'ValidationError', code: ErrorCode, message: string, path: Array<string> | null }
    > } };

export type FollowMutationVariables = Exact<{
  input: IdInput;
}>;


export type FollowMutation = { followMediaRequest: { request: { id: string, version: number, status: MediaRequestStatus, media:
        | { title: string }
        | { title: string }
       } | null, errors: Array<
      | { __typename: 'DuplicateError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'GenericError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'InvalidStateError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'QuotaExceededError', code: ErrorCode, message: string, path: Array<string> | null, quota: { resetsAt: string | null } }
      | { __typename: 'RateLimitedError', retryAfterSeconds: number, code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'UpstreamError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'ValidationError', code: ErrorCode, message: string, path: Array<string> | null }
    > } };

export type StoryQueryVariables = Exact<{
  id: string;
}>;


export type StoryQuery = { node:
    | { __typename: 'ApiToken' }
    | { __typename: 'AuditEntry' }
    | { __typename: 'DomainEvent' }
    | { __typename: 'Download' }
    | { __typename: 'DownloadProfile' }
    | { __typename: 'ErrorEntry' }
    | { __typename: 'MediaRequest', timeline: { nodes: Array<{ message: string }> } | null }
    | { __typename: 'Movie' }
    | { __typename: 'Notification' }
    | { __typename: 'NotificationChannel' }
    | { __typename: 'NotificationDelivery' }
    | { __typename: 'Service' }
    | { __typename: 'Session' }
    | { __typename: 'StoredFile' }
    | { __typename: 'TimelineEntry' }
    | { __typename: 'TvShow' }
    | { __typename: 'User' }
    | { __typename: 'WebhookReceipt' }
   | null };

export type InboxQueryVariables = Exact<{ [key: string]: never; }>;


export type InboxQuery = { notifications: { nodes: Array<{ title: string, cursor: string }> } | null };

export type MarkReadMutationVariables = Exact<{
  input: MarkNotificationsReadInput;
}>;


export type MarkReadMutation = { markNotificationsRead: { unreadCount: number, errors: Array<
      | { __typename: 'DuplicateError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'GenericError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'InvalidStateError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'QuotaExceededError', code: ErrorCode, message: string, path: Array<string> | null, quota: { resetsAt: string | null } }
      | { __typename: 'RateLimitedError', retryAfterSeconds: number, code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'UpstreamError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'ValidationError', code: ErrorCode, message: string, path: Array<string> | null }
    > } };

export type AnnounceMutationVariables = Exact<{
  input: CreateUploadInput;
}>;


export type AnnounceMutation = { createUpload: { ticket: { url: string, file: { id: string }, headers: Array<{ name: string, value: string }>, parts: Array<{ url: string, bytes: number }> } | null, errors: Array<
      | { __typename: 'DuplicateError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'GenericError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'InvalidStateError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'QuotaExceededError', code: ErrorCode, message: string, path: Array<string> | null, quota: { resetsAt: string | null } }
      | { __typename: 'RateLimitedError', retryAfterSeconds: number, code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'UpstreamError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'ValidationError', code: ErrorCode, message: string, path: Array<string> | null }
    > } };

export type UploadedFragment = { filename: string, mimeType: string | null, bytes: number };

export type CompleteMutationVariables = Exact<{
  input: IdInput;
}>;


export type CompleteMutation = { completeUpload: { file: { filename: string, mimeType: string | null, bytes: number } | null, errors: Array<
      | { __typename: 'DuplicateError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'GenericError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'InvalidStateError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'QuotaExceededError', code: ErrorCode, message: string, path: Array<string> | null, quota: { resetsAt: string | null } }
      | { __typename: 'RateLimitedError', retryAfterSeconds: number, code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'UpstreamError', code: ErrorCode, message: string, path: Array<string> | null }
      | { __typename: 'ValidationError', code: ErrorCode, message: string, path: Array<string> | null }
    > } };


export const Server: Operation<ServerQuery, ServerQueryVariables> =
  "query Server{server{setupRequired}}";

export const FirstAdmin: Operation<FirstAdminMutation, FirstAdminMutationVariables> =
  "fragment Failure on UserError{__typename code message path ...on RateLimitedError{retryAfterSeconds}...on QuotaExceededError{quota{resetsAt}}}fragment Login on AuthPayload{accessToken refreshToken user{displayName}errors{...Failure}}mutation FirstAdmin($input:CreateFirstAdminInput!){createFirstAdmin(input:$input){...Login}}";

export const LogIn: Operation<LogInMutation, LogInMutationVariables> =
  "fragment Failure on UserError{__typename code message path ...on RateLimitedError{retryAfterSeconds}...on QuotaExceededError{quota{resetsAt}}}fragment Login on AuthPayload{accessToken refreshToken user{displayName}errors{...Failure}}mutation LogIn($input:LoginInput!){login(input:$input){...Login}}";

export const Refresh: Operation<RefreshMutation, RefreshMutationVariables> =
  "fragment Failure on UserError{__typename code message path ...on RateLimitedError{retryAfterSeconds}...on QuotaExceededError{quota{resetsAt}}}fragment Login on AuthPayload{accessToken refreshToken user{displayName}errors{...Failure}}mutation Refresh($input:RefreshTokenInput!){refreshToken(input:$input){...Login}}";

export const LogOut: Operation<LogOutMutation, LogOutMutationVariables> =
  "fragment Failure on UserError{__typename code message path ...on RateLimitedError{retryAfterSeconds}...on QuotaExceededError{quota{resetsAt}}}mutation LogOut{logout{errors{...Failure}}}";

export const Home: Operation<HomeQuery, HomeQueryVariables> =
  "fragment DownloadRow on Download{id version title url status error{message hint}}fragment RequestRow on MediaRequest{id version status media{title}}query Home($watched:[ID!]!=[]){streamCursor nodes(ids:$watched){__typename ...DownloadRow}requests:nodes(ids:$watched){__typename ...RequestRow}dashboard{unreadNotifications activeDownloads(first:100){nodes{...DownloadRow}}}}";

export const Live: Operation<LiveSubscription, LiveSubscriptionVariables> =
  "fragment DownloadRow on Download{id version title url status error{message hint}}fragment RequestRow on MediaRequest{id version status media{title}}fragment Item on DashboardStreamItem{__typename ...on StreamEvent{cursor}...on DownloadChanged{download{...DownloadRow}}...on MediaRequestChanged{request{...RequestRow}}...on DownloadTick{downloadId stage progress{percent}}...on NotificationReceived{notification{title}unreadCount}...on NotificationsRead{unreadCount}...on StreamReset{reason}}subscription Live($after:Cursor){dashboard(after:$after){...Item}}";

export const Changes: Operation<ChangesQuery, ChangesQueryVariables> =
  "fragment DownloadRow on Download{id version title url status error{message hint}}fragment RequestRow on MediaRequest{id version status media{title}}fragment Item on DashboardStreamItem{__typename ...on StreamEvent{cursor}...on DownloadChanged{download{...DownloadRow}}...on MediaRequestChanged{request{...RequestRow}}...on DownloadTick{downloadId stage progress{percent}}...on NotificationReceived{notification{title}unreadCount}...on NotificationsRead{unreadCount}...on StreamReset{reason}}query Changes($after:Cursor!){changes(after:$after){items{...Item}cursor hasMore}}";

export const Queue: Operation<QueueMutation, QueueMutationVariables> =
  "fragment Failure on UserError{__typename code message path ...on RateLimitedError{retryAfterSeconds}...on QuotaExceededError{quota{resetsAt}}}fragment DownloadRow on Download{id version title url status error{message hint}}mutation Queue($input:QueueDownloadInput!){queueDownload(input:$input){download{...DownloadRow}errors{...Failure}}}";

export const Result: Operation<ResultQuery, ResultQueryVariables> =
  "fragment DownloadRow on Download{id version title url status error{message hint}}query Result($id:ID!){node(id:$id){__typename ...on Download{...DownloadRow files{kind filename bytes url}}}}";

export const Search: Operation<SearchQuery, SearchQueryVariables> =
  "query Search($text:String!){search(query:$text){nodes{__typename id title year requestability{reason}}}}";

export const Ask: Operation<AskMutation, AskMutationVariables> =
  "fragment Failure on UserError{__typename code message path ...on RateLimitedError{retryAfterSeconds}...on QuotaExceededError{quota{resetsAt}}}fragment RequestRow on MediaRequest{id version status media{title}}mutation Ask($input:CreateMediaRequestInput!){createMediaRequest(input:$input){request{...RequestRow}errors{...Failure ...on DuplicateError{existing{id}}}}}";

export const Follow: Operation<FollowMutation, FollowMutationVariables> =
  "fragment Failure on UserError{__typename code message path ...on RateLimitedError{retryAfterSeconds}...on QuotaExceededError{quota{resetsAt}}}fragment RequestRow on MediaRequest{id version status media{title}}mutation Follow($input:IdInput!){followMediaRequest(input:$input){request{...RequestRow}errors{...Failure}}}";

export const Story: Operation<StoryQuery, StoryQueryVariables> =
  "query Story($id:ID!){node(id:$id){__typename ...on MediaRequest{timeline{nodes{message}}}}}";

export const Inbox: Operation<InboxQuery, InboxQueryVariables> =
  "query Inbox{notifications(unreadOnly:true){nodes{title cursor}}}";

export const MarkRead: Operation<MarkReadMutation, MarkReadMutationVariables> =
  "fragment Failure on UserError{__typename code message path ...on RateLimitedError{retryAfterSeconds}...on QuotaExceededError{quota{resetsAt}}}mutation MarkRead($input:MarkNotificationsReadInput!){markNotificationsRead(input:$input){unreadCount errors{...Failure}}}";

export const Announce: Operation<AnnounceMutation, AnnounceMutationVariables> =
  "fragment Failure on UserError{__typename code message path ...on RateLimitedError{retryAfterSeconds}...on QuotaExceededError{quota{resetsAt}}}mutation Announce($input:CreateUploadInput!){createUpload(input:$input){ticket{file{id}url headers{name value}parts{url bytes}}errors{...Failure}}}";

export const Complete: Operation<CompleteMutation, CompleteMutationVariables> =
  "fragment Failure on UserError{__typename code message path ...on RateLimitedError{retryAfterSeconds}...on QuotaExceededError{quota{resetsAt}}}fragment Uploaded on StoredFile{filename mimeType bytes}mutation Complete($input:IdInput!){completeUpload(input:$input){file{...Uploaded}errors{...Failure}}}";
