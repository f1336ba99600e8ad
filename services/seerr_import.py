"""Takes over the people and the requests of a Seerr that was there first. Twice is the same as once."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from tortoise.functions import Lower

from infra.http.errors import UpstreamError
from integrations.seerr.base import Seerr, SeerrUser, every
from models.actor import Actor, Permission
from models.errors import UnavailableError, ValidationError
from models.identities import ExternalIdentity, IdentityProvider
from models.services_health import ServiceKind
from models.users import User
from services import validation
from services.seerr_adoption import Adoption
from services.seerr_setup import identity_of
from services.upstream import upstream_failure
from services.users import stored, tell
from services.work import UnitOfWork

_P = Permission
# both kinds of 4K together are one permission here: who has half of it does not get the rest
_PERMISSIONS: tuple[tuple[tuple[int, ...], tuple[Permission, ...]], ...] = (
    ((1 << 1,), (_P.ADMIN,)),
    ((1 << 2,), (_P.MANAGE_SERVICES,)),
    ((1 << 3,), (_P.MANAGE_USERS,)),
    ((1 << 4,), (_P.MANAGE_REQUESTS,)),
    ((1 << 5,), (_P.REQUEST_MOVIE, _P.REQUEST_TV)),
    ((1 << 7,), (_P.AUTO_APPROVE_MOVIE, _P.AUTO_APPROVE_TV)),
    ((1 << 8,), (_P.AUTO_APPROVE_MOVIE,)),
    ((1 << 9,), (_P.AUTO_APPROVE_TV,)),
    ((1 << 10,), (_P.REQUEST_4K,)),
    ((1 << 11, 1 << 12), (_P.REQUEST_4K,)),
    ((1 << 14,), (_P.VIEW_ALL_REQUESTS,)),
    ((1 << 15,), (_P.AUTO_APPROVE_4K,)),
    ((1 << 16, 1 << 17), (_P.AUTO_APPROVE_4K,)),
    ((1 << 18,), (_P.REQUEST_MOVIE,)),
    ((1 << 19,), (_P.REQUEST_TV,)),
    ((1 << 22,), (_P.REPORT_ISSUES,)),
)
_ODD = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_NAME = 32

Progress = Callable[[str], None]


@dataclass
class ImportReport:
    """How many of what; `remarks` are sentences for the person who imports."""

    people: Counter[str] = field(default_factory=Counter)
    requests: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)


class SeerrImport:
    def __init__(self, work: UnitOfWork, seerr: Seerr | None, adoption: Adoption) -> None:
        self._work = work
        self._seerr = seerr
        self._adoption = adoption

    async def run(self, actor: Actor, *, dry_run: bool = False, progress: Progress = lambda _: None) -> ImportReport:
        """`progress` hears of every person and request. Raises UnavailableError, UpstreamUnavailableError."""
        actor.require(Permission.ADMIN)
        if self._seerr is None:
            raise UnavailableError("There is no Seerr: set MEDIANEST_SEERR_URL and MEDIANEST_SEERR_API_KEY.")
        report = ImportReport()
        try:
            async for there in every(self._seerr.list_users):
                report.people[await self._person(actor, there, report, dry_run=dry_run)] += 1
                progress(there.username)
            async for found in every(self._seerr.list_requests):
                is_new = await (self._adoption.is_new(found) if dry_run else self._adoption.adopt(found))
                report.requests["taken over" if is_new else "known"] += 1
                progress(f"request {found.id}")
        except UpstreamError as error:
            raise await upstream_failure(ServiceKind.SEERR, error, self._seerr.breaker) from error
        return report

    async def _person(self, actor: Actor, there: SeerrUser, report: ImportReport, *, dry_run: bool) -> str:
        """What became of them."""
        linked = ExternalIdentity.filter(provider=IdentityProvider.SEERR, subject=str(there.id))
        if await linked.exists():
            return "known"
        known = await User.with_email(there.email).first() if there.email else None
        if known is None and (reason := _reason_against(there)):
            report.remarks.append(f"{there.username} was left out: {reason}")
            return "left out"
        if not dry_run:
            async with self._work.begin(actor) as transaction:
                user = known or await _made(there)
                await identity_of(user, there).save()
                await tell(transaction, "identity.linked" if known else "user.created", user, None)
        if known is None:
            may = ", ".join(stored(tuple(permissions_of(there.permissions)))) or "nothing"
            report.remarks.append(f"{there.username} has an account without a password, and may do {may}.")
        return "linked" if known else "created"


def permissions_of(bits: int) -> frozenset[Permission]:
    """What somebody may do here who may do that in Seerr."""
    return frozenset(
        permission
        for needed, permissions in _PERMISSIONS
        if all(bits & bit for bit in needed)
        for permission in permissions
    )


def _reason_against(there: SeerrUser) -> str | None:
    try:
        validation.email(there.email or "")
    except ValidationError as error:
        return error.message
    return None


async def _made(there: SeerrUser) -> User:
    user = User(
        email=validation.email(there.email or ""),
        username=await _free_name(there),
        display_name=there.username[: validation.MAX_NAME],
        permissions=stored(tuple(permissions_of(there.permissions))),
    )
    await user.save()
    return user


async def _free_name(there: SeerrUser) -> str:
    """A username as they have to be here, and that nobody has."""
    plain = _ODD.sub("-", there.username.partition("@")[0]).strip("-._")[: _LONGEST_NAME - 4]
    wanted = base = plain if len(plain) > 1 else f"user{there.id}"
    for number in count(2):
        if not await User.annotate(lowered=Lower("username")).filter(lowered=wanted.lower()).exists():
            break
        wanted = f"{base}-{number}"
    return wanted
