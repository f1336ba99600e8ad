"""The event log itself: read by administrators, replayed into read models, cut off where it is too old."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from tortoise import connections
from tortoise.expressions import F

from models.actor import Actor, Permission
from models.events import DomainEvent, EventType
from models.paging import Page, PageArgs, Sort, paginate
from models.timeline import LoggedEvent
from services.consumers import hold_checkpoint
from services.projections import PROJECTIONS, ProjectionName
from services.work import UnitOfWork

_NEWEST_FIRST = Sort(F("position"), descending=True, id_descending=True, parse=int)
_PRUNE_BATCH = 5_000

# Not beyond a consumer that has not read it yet; what another database forgot to tell us is as old as it says.
_CUT = """
WITH cut AS (
    SELECT least(
        coalesce((SELECT min(position) - 1 FROM domain_events WHERE occurred_at >= $1), counter.position),
        (SELECT min(position) FROM event_consumers)
    ) AS position FROM event_counter AS counter
)
UPDATE event_counter SET pruned_to = cut.position, pruned_before = $1 FROM cut
WHERE cut.position > event_counter.pruned_to RETURNING pruned_to
"""
# the last state of each download stays: the read models are made out of it
_PRUNE = """
DELETE FROM domain_events WHERE position IN (
    SELECT old.position FROM domain_events AS old
    WHERE old.position <= (SELECT pruned_to FROM event_counter)
      AND (old.type NOT IN ('download.created', 'download.changed') OR EXISTS (
          SELECT FROM domain_events AS newer
          WHERE newer.stream_id = old.stream_id AND newer.stream_version > old.stream_version))
    ORDER BY old.position LIMIT $1
) RETURNING position
"""


@dataclass(frozen=True, slots=True)
class LogBounds:
    """`newest` is the last position there is; before `pruned_to` events may be missing."""

    newest: int
    pruned_to: int
    pruned_before: datetime | None


async def log_bounds() -> LogBounds:
    (row,) = await connections.get("default").execute_query_dict(
        "SELECT position, pruned_to, pruned_before FROM event_counter"
    )
    return LogBounds(row["position"], row["pruned_to"], row["pruned_before"])


class EventLogService:
    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def list_events(
        self, actor: Actor, page: PageArgs, *, types: Sequence[EventType] | None = None
    ) -> Page[LoggedEvent]:
        """Everybody's, the newest first. Raises PermissionDeniedError."""
        actor.require(Permission.ADMIN)
        wanted = list(EventType) if types is None else list(types)
        found = await paginate(DomainEvent.filter(type__in=wanted), _NEWEST_FIRST, page)
        return found.each(LoggedEvent.of)

    async def replay(self, actor: Actor, name: ProjectionName, after: int | None) -> int:
        """Make a read model anew; answers how many events it took. Nobody else hears of them again.

        With `after`, what is kept by the day is made anew for the days behind that event's. Raises
        PermissionDeniedError, NotFoundError for an event that is not there.
        """
        actor.require(Permission.ADMIN)
        projection = next(known for known in PROJECTIONS if known.name is name)
        async with self._work.begin(actor) as transaction:
            upto = await hold_checkpoint(transaction, name.value, wait=True) or 0
            bounds = await log_bounds()
            since = max(_day_behind(bounds.pruned_before), await _day_of(after))
            await projection.rebuild(transaction.connection, since, upto)
        return await DomainEvent.filter(position__lte=upto, position__gt=after or 0).count()

    async def prune(self, keep: timedelta) -> int:
        """Forget events that are older; answers how many. Whoever was away for longer has to read everything again."""
        database = connections.get("default")
        await database.execute_query(_CUT, [datetime.now(UTC) - keep])
        pruned = 0
        while gone := len(await database.execute_query_dict(_PRUNE, [_PRUNE_BATCH])):
            pruned += gone
        return pruned


def _day_behind(moment: datetime | None) -> date:
    return date.min if moment is None else moment.astimezone(UTC).date() + timedelta(days=1)


async def _day_of(position: int | None) -> date:
    if position is None:
        return date.min
    event = await DomainEvent.filter(position__lte=position).order_by("-position").first()
    return date.min if event is None else _day_behind(event.occurred_at)
