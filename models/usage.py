"""What people have used of their quotas, by kind: the one place that knows what counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from tortoise import connections

from models.actor import Actor, Permission
from models.quotas import Quota, QuotaFigures, QuotaKind, UserQuotas
from models.users import User


@dataclass(frozen=True, slots=True)
class _Kind:
    """`limit` and `days` name its figures; whoever has `free` has no limit. `uses` is what counts, in SQL, and without
    `days` it counts as long as it is there.
    """

    limit: str
    days: str | None
    free: Permission
    uses: str


_KINDS: Mapping[QuotaKind, _Kind] = {
    # what nobody fetches any more gives its place back
    QuotaKind.MOVIE: _Kind(
        limit="movie_limit",
        days="movie_days",
        free=Permission.MANAGE_REQUESTS,
        uses="SELECT id, requested_by_id AS user_id, counted_at AS used_at, 1 AS amount FROM media_requests "
        "WHERE media_type = 'MOVIE' AND status NOT IN ('DECLINED', 'CANCELLED', 'FAILED')",
    ),
    QuotaKind.TV: _Kind(
        limit="tv_limit",
        days="tv_days",
        free=Permission.MANAGE_REQUESTS,
        uses="SELECT request.id, request.requested_by_id AS user_id, request.counted_at AS used_at, 1 AS amount "
        "FROM requested_seasons AS season JOIN media_requests AS request ON request.id = season.request_id "
        "WHERE request.status NOT IN ('DECLINED', 'CANCELLED', 'FAILED')",
    ),
    # what was cancelled before it began gives its place back
    QuotaKind.DOWNLOADS: _Kind(
        limit="download_limit",
        days="download_days",
        free=Permission.MANAGE_DOWNLOADS,
        uses="SELECT id, owner_id AS user_id, created_at AS used_at, 1 AS amount FROM downloads "
        "WHERE status <> 'CANCELLED' OR started_at IS NOT NULL",
    ),
    # of what failed or was cancelled no file is left
    QuotaKind.DOWNLOAD_BYTES: _Kind(
        limit="download_bytes",
        days="download_days",
        free=Permission.MANAGE_DOWNLOADS,
        uses="SELECT id, owner_id AS user_id, created_at AS used_at, downloaded_bytes AS amount FROM downloads "
        "WHERE status NOT IN ('CANCELLED', 'FAILED') AND downloaded_bytes > 0",
    ),
    # of uploads that are still to come the announced size, and of downloads what has arrived
    QuotaKind.STORAGE_BYTES: _Kind(
        limit="storage_bytes",
        days=None,
        free=Permission.MANAGE_DOWNLOADS,
        uses="SELECT id, owner_id AS user_id, created_at AS used_at, bytes AS amount FROM stored_files "
        "WHERE status <> 'DELETED' UNION ALL SELECT id, owner_id, created_at, downloaded_bytes FROM downloads "
        "WHERE status IN ('QUEUED', 'RUNNING', 'PAUSED', 'RETRY_WAIT')",
    ),
}

_BEGINNING = datetime.min.replace(tzinfo=UTC)

_USED = """
SELECT asked.kind, asked.user_id, coalesce(sum(uses.amount), 0)::bigint AS used, min(uses.used_at) AS oldest
FROM unnest($1::text[], $2::uuid[], $3::timestamptz[]) AS asked (kind, user_id, since)
LEFT JOIN ({uses}) AS uses
    ON uses.kind = asked.kind AND uses.user_id = asked.user_id AND uses.used_at > asked.since
    AND uses.id IS DISTINCT FROM $4::uuid
GROUP BY asked.kind, asked.user_id
"""


def limit_of(kind: QuotaKind, user: User, defaults: QuotaFigures) -> int | None:
    """What the person may use of it; None: as much as they like."""
    rule = _KINDS[kind]
    if Actor(permissions=user.granted).may(rule.free):
        return None
    return _figure(rule.limit, user, defaults) or None


async def measure(
    kind: QuotaKind, users: Iterable[User], defaults: QuotaFigures, *, besides: UUID | None = None
) -> dict[UUID, Quota]:
    """How each person stands, in one statement; `besides` is the use that is not to count."""
    found = await _measure([kind], {user.id: user for user in users}, defaults, besides)
    return {user_id: quota for (_, user_id), quota in found.items()}


async def measure_all(users: Iterable[User], defaults: QuotaFigures) -> dict[UUID, UserQuotas]:
    """How each person stands with everything, in one statement."""
    people = {user.id: user for user in users}
    found = await _measure(list(QuotaKind), people, defaults, None)
    return {key: UserQuotas(**{kind.value: found[kind, key] for kind in QuotaKind}) for key in people}


async def _measure(
    kinds: Sequence[QuotaKind], people: Mapping[UUID, User], defaults: QuotaFigures, besides: UUID | None
) -> dict[tuple[QuotaKind, UUID], Quota]:
    now = datetime.now(UTC)
    windows = {(kind, key): _window(_KINDS[kind], user, defaults) for kind in kinds for key, user in people.items()}
    since = [_BEGINNING if window is None else now - window for window in windows.values()]
    uses = " UNION ALL ".join(f"SELECT '{kind}' AS kind, * FROM ({_KINDS[kind].uses}) AS use" for kind in kinds)  # noqa: S608
    rows = await connections.get("default").execute_query_dict(
        _USED.format(uses=uses),
        [[kind.value for kind, _ in windows], [key for _, key in windows], since, besides],
    )
    used = {(QuotaKind(row["kind"]), row["user_id"]): (row["used"], row["oldest"]) for row in rows}
    return {
        (kind, key): _quota(kind, people[key], windows[kind, key], defaults, *used[kind, key]) for kind, key in used
    }


def _quota(
    kind: QuotaKind, user: User, window: timedelta | None, defaults: QuotaFigures, used: int, oldest: datetime | None
) -> Quota:
    limit = limit_of(kind, user, defaults)
    if window is None:
        return Quota(limit, used, None, None)
    return Quota(limit, used, window.days, None if limit is None or oldest is None else oldest + window)


def _window(rule: _Kind, user: User, defaults: QuotaFigures) -> timedelta | None:
    return None if rule.days is None else timedelta(days=_figure(rule.days, user, defaults))


def _figure(name: str, user: User, defaults: QuotaFigures) -> int:
    """The person's own, or everybody's."""
    value: int = user.quota_overrides.get(name, getattr(defaults, name))
    return value
