"""What can be asked for, and by whom: the same rules for the button that asks and for the request itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from models.actor import Actor, Permission
from models.media import Availability, MediaItem, MediaSeason, MediaType, Title
from models.media_requests import ActiveRequest, MediaRequest
from models.quotas import Quota


class RequestabilityReason(StrEnum):
    ALREADY_AVAILABLE = "ALREADY_AVAILABLE"
    ALREADY_REQUESTED = "ALREADY_REQUESTED"
    NOT_PERMITTED = "NOT_PERMITTED"
    QUOTA_EXCEEDED = "QUOTA_EXCEEDED"
    BLOCKLISTED = "BLOCKLISTED"
    NOT_RELEASED = "NOT_RELEASED"
    SERVICE_UNCONFIGURED = "SERVICE_UNCONFIGURED"


_ASK = {MediaType.MOVIE: Permission.REQUEST_MOVIE, MediaType.TV: Permission.REQUEST_TV}
_APPROVE = {MediaType.MOVIE: Permission.AUTO_APPROVE_MOVIE, MediaType.TV: Permission.AUTO_APPROVE_TV}


def needed(kind: MediaType, *, is_4k: bool) -> frozenset[Permission]:
    """The permissions it takes to ask for such a title."""
    return frozenset({_ASK[kind], Permission.REQUEST_4K} if is_4k else {_ASK[kind]})


def may_ask(actor: Actor, kind: MediaType, *, is_4k: bool) -> bool:
    return all(actor.may(permission) for permission in needed(kind, is_4k=is_4k))


def is_auto_approved(actor: Actor, kind: MediaType, *, is_4k: bool) -> bool:
    return actor.may(Permission.AUTO_APPROVE_4K if is_4k else _APPROVE[kind])


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a title cannot be asked for; `existing` is the request that has it already."""

    reason: RequestabilityReason
    existing: MediaRequest | None = None


@dataclass(frozen=True, slots=True)
class Requestability:
    """Whether somebody can ask for a title now; `quota` is theirs."""

    reason: RequestabilityReason | None
    existing: MediaRequest | None
    quota: Quota | None
    will_auto_approve: bool

    @property
    def allowed(self) -> bool:
        return self.reason is None


@dataclass(frozen=True, slots=True)
class TitleStanding:
    """How a title stands in one quality. `seasons` is what can be watched of each; None for a film, and for a series
    of which nobody has read the seasons yet. `active` are the requests for it that are under way.
    """

    availability: Availability
    seasons: Mapping[int, Availability] | None
    active: Sequence[ActiveRequest]

    @classmethod
    def of(
        cls,
        title: Title,
        item: MediaItem | None,
        seasons: Iterable[MediaSeason],
        active: Iterable[ActiveRequest],
        *,
        is_4k: bool,
    ) -> Self:
        known = {row.number: row.availability_4k if is_4k else row.availability for row in seasons}
        unknown = Availability.UNKNOWN
        return cls(
            unknown if item is None else item.availability_4k if is_4k else item.availability,
            None if title.seasons is None else {each.number: known.get(each.number, unknown) for each in title.seasons},
            [each for each in active if each.request.is_4k == is_4k],
        )

    @property
    def regular(self) -> list[int]:
        """The seasons that there are, but for the specials."""
        return sorted(number for number in self.seasons or () if number > 0)

    @property
    def missing(self) -> list[int]:
        """Of the regular seasons those that can be asked for."""
        return [number for number in self.regular if self._of_season(number) is None]

    def obstacle(self, seasons: Sequence[int] | None) -> Obstacle | None:
        """What stands in the way of asking for a film, or for these seasons; None of a series: for any of them."""
        if self.availability is Availability.BLOCKLISTED:
            return Obstacle(RequestabilityReason.BLOCKLISTED)
        if seasons is not None:
            return next(filter(None, map(self._of_season, seasons)), None)
        if self.seasons is not None:
            return self._of_any_season()
        if self.availability is Availability.AVAILABLE:
            return Obstacle(RequestabilityReason.ALREADY_AVAILABLE)
        if whole := [each for each in self.active if not each.seasons]:
            return Obstacle(RequestabilityReason.ALREADY_REQUESTED, whole[0].request)
        return None

    def _of_any_season(self) -> Obstacle | None:
        if not self.regular:
            return Obstacle(RequestabilityReason.NOT_RELEASED)
        found = [obstacle for number in self.regular if (obstacle := self._of_season(number))]
        if len(found) < len(self.regular):
            return None
        return next((each for each in found if each.existing), found[0])

    def _of_season(self, number: int) -> Obstacle | None:
        if self.seasons is not None and number not in self.seasons:
            return Obstacle(RequestabilityReason.NOT_RELEASED)
        for each in self.active:
            if number in each.seasons:
                return Obstacle(RequestabilityReason.ALREADY_REQUESTED, each.request)
        if (self.seasons or {}).get(number) is Availability.AVAILABLE:
            return Obstacle(RequestabilityReason.ALREADY_AVAILABLE)
        return None


def judge(
    actor: Actor,
    title: Title,
    standing: TitleStanding,
    seasons: Sequence[int] | None,
    quota: Quota | None,
    *,
    is_4k: bool,
    can_fetch: bool,
) -> Requestability:
    """By the rules that `createMediaRequest` goes by. Without `seasons` of a series it is about any of them."""
    is_permitted = may_ask(actor, title.kind, is_4k=is_4k)
    obstacle = standing.obstacle(seasons) if is_permitted and can_fetch else None
    is_full = quota is not None and quota.remaining is not None and quota.remaining < len(seasons or (0,))
    reason: RequestabilityReason | None = None
    if not is_permitted:
        reason = RequestabilityReason.NOT_PERMITTED
    elif not can_fetch:
        reason = RequestabilityReason.SERVICE_UNCONFIGURED
    elif obstacle is not None:
        reason = obstacle.reason
    elif is_full:
        reason = RequestabilityReason.QUOTA_EXCEEDED
    approved = reason is None and is_auto_approved(actor, title.kind, is_4k=is_4k)
    return Requestability(reason, obstacle.existing if obstacle else None, quota, approved)
