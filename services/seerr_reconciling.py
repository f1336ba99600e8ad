"""Brings this server in line with Seerr: a webhook may be lost, and some things are told by none."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

from tortoise.queryset import QuerySet

from integrations.seerr.base import PAGE, Seerr, SeerrNotFoundError, SeerrRequest
from models.actor import SYSTEM
from models.media_requests import MediaRequest
from models.states import AT_SEERR, MediaRequestStatus
from services.media_request_moves import advance
from services.media_submission import hasten
from services.seerr_adoption import Adoption
from services.seerr_states import key_of_title
from services.seerr_sync import forget, mirror, take_in
from services.work import UnitOfWork

_AT_ONCE = 4
_REASON_GONE = "It was deleted in Seerr."
_LISTENING = AT_SEERR | {MediaRequestStatus.FAILED}
"""What failed may be tried again in Seerr itself."""


class SeerrReconciler:
    def __init__(self, work: UnitOfWork, seerr: Seerr, adoption: Adoption, *, is_demo: bool = False) -> None:
        self._work = work
        self._seerr = seerr
        self._adoption = adoption
        self._is_demo = is_demo
        self._was_away = True
        self._counted: int | None = None

    async def reconcile(self) -> None:
        """Look at everything. Raises UpstreamError when Seerr is away, UpstreamUnavailableError when TMDB is."""
        was_away, self._was_away = self._was_away, True
        await self._seerr.product()
        self._was_away = False
        if was_away:
            await hasten(self._work)
        await self.look_at_open()
        await self._mirror()
        await self._take_over()

    async def watch(self) -> None:
        """Look at what is being fetched; in a demo, where that costs nothing, at all that is open."""
        await self.look_at_open(being_fetched=not self._is_demo)

    async def look_at_open(self, *, being_fetched: bool = False) -> None:
        """Ask for every request that Seerr has yet to carry out, or for those whose fetching could be watched lately.

        Raises UpstreamError.
        """
        rows = MediaRequest.filter(status__in=list(AT_SEERR)).exclude(seerr_request_id=None)
        if being_fetched:
            rows = rows.exclude(progress=None)
        numbers = {row.seerr_request_id for row in await rows.only("seerr_request_id")}
        turns = asyncio.Semaphore(_AT_ONCE)

        async def look(number: int) -> None:
            async with turns:
                await self.look_at(number)

        ends = await asyncio.gather(*(look(number) for number in numbers if number), return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException):
                raise end

    async def look_at(self, number: int) -> None:
        """Take in how one request at Seerr stands; one that nobody here knows is taken over. Raises UpstreamError."""
        try:
            found = await self._seerr.get_request(number)
        except SeerrNotFoundError:
            await self._lose(MediaRequest.filter(seerr_request_id=number, status__in=list(AT_SEERR)))
            return
        await self._take_in(found)

    async def _take_in(self, found: SeerrRequest) -> None:
        key = key_of_title(found.media)
        rows = await MediaRequest.filter(seerr_request_id=found.id)
        for row in rows:
            if row.media_id == key and row.status in _LISTENING:
                async with self._work.begin(SYSTEM) as transaction:
                    await take_in(transaction, row, found)
        # numbers begin anew where Seerr was set up again
        strangers = [row.id for row in rows if row.media_id != key]
        if strangers:
            await self._lose(MediaRequest.filter(id__in=strangers, status__in=list(AT_SEERR)))
        if len(strangers) == len(rows):
            await self._adoption.take_over(found)

    async def _lose(self, rows: QuerySet[MediaRequest]) -> None:
        for row in await rows:
            async with self._work.begin(SYSTEM) as transaction:
                await advance(transaction, row.id, MediaRequestStatus.FAILED, reason=_REASON_GONE, progress=None)

    async def _mirror(self) -> None:
        """What of each title can be watched. Only a list that is whole and stood still says what is gone from it."""
        began, seen, listed = datetime.now(UTC), set[UUID](), 0
        page = await self._seerr.list_media(0)
        total, is_steady = page.total, True
        while page.items:
            async with self._work.begin(SYSTEM) as transaction:
                seen |= await mirror(transaction, page.items)
            listed += len(page.items)
            if listed >= total:
                break
            page = await self._seerr.list_media(listed)
            is_steady &= page.total == total
        if seen and is_steady and listed == total:
            async with self._work.begin(SYSTEM) as transaction:
                await forget(transaction, seen, before=began)

    async def _take_over(self) -> None:
        """What others asked for in Seerr itself. The list is expensive there: all of it is read once, and from then on
        what is new when there is more to it.
        """
        total = await self._seerr.count_requests()
        if total == self._counted:
            return
        is_first, skip, has_more = self._counted is None, 0, True
        while has_more:
            page = await self._seerr.list_requests(skip)
            taken = [await self._adoption.take_over(found) for found in page.items]
            skip += PAGE
            has_more = (is_first or any(taken)) and skip < page.total
        self._counted = total
