"""Media requests: list, ask, decide, follow, watch; and the blocklist."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Annotated, Any, cast
from uuid import UUID

import strawberry
from strawberry import UNSET

from schema.connections import After, Before, Connection, First, Last, page_args
from schema.context import Info
from schema.errors import payload
from schema.inputs import IdInput, given
from schema.media_request_inputs import (
    BlocklistMediaInput,
    CreateMediaRequestInput,
    DecideMediaRequestInput,
    MediaPayload,
    MediaRequestFilter,
    MediaRequestOrder,
    MediaRequestPayload,
    UnblocklistMediaInput,
    to_query,
)
from schema.media_requests import MediaRequest, MediaRequestStreamItem
from schema.node import key_of
from schema.scalars import Cursor


@strawberry.type
class MediaRequestQueries:
    @strawberry.field(
        description="Requests, a page at a time: one's own, and everybody's for such titles as the viewer may ask for. "
        "Signed-in people."
    )
    async def media_requests(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
        filter: Annotated[MediaRequestFilter | None, strawberry.argument(description="Which ones.")] = UNSET,
        order_by: Annotated[
            MediaRequestOrder | None, strawberry.argument(description="What comes first; the newest when left out.")
        ] = UNSET,
    ) -> Connection[MediaRequest] | None:
        page = page_args(first, after, last, before)
        service = info.context.services.media_requests
        found = await service.list_visible(info.context.actor, to_query(filter, order_by), page)
        return cast("Connection[MediaRequest]", found)


async def _by_id(act: Callable[[Any, UUID], Awaitable[Any]], info: Info, input: IdInput) -> MediaRequestPayload:
    async def run() -> Any:
        return await act(info.context.actor, key_of(MediaRequest, input.id))

    return await payload(MediaRequestPayload, run(), _request)


def _request(request: Any) -> dict[str, Any]:
    return {"request": request}


RequestId = Annotated[IdInput, strawberry.argument(description="The request.")]


@strawberry.type
class MediaRequestMutations:
    @strawberry.mutation(
        description="Ask for a film or for seasons of a series. When somebody did already, the error has that request. "
        "Whoever may ask for such titles: REQUEST_MOVIE, REQUEST_TV."
    )
    async def create_media_request(
        self, info: Info, input: Annotated[CreateMediaRequestInput, strawberry.argument(description="What to ask for.")]
    ) -> MediaRequestPayload:
        async def create() -> Any:
            info.context.actor.require_user()
            return await info.context.services.media_requests.create(info.context.actor, input.to_command())

        return await payload(MediaRequestPayload, create(), _request)

    @strawberry.mutation(description="Approve or decline a request that is PENDING. MANAGE_REQUESTS.")
    async def decide_media_request(
        self, info: Info, input: Annotated[DecideMediaRequestInput, strawberry.argument(description="The decision.")]
    ) -> MediaRequestPayload:
        async def decide() -> Any:
            service = info.context.services.media_request_decisions
            return await service.decide(info.context.actor, input.to_command())

        return await payload(MediaRequestPayload, decide(), _request)

    @strawberry.mutation(
        description="Take a request back. Whoever asked can do so while nobody fetches it. Their owner, and "
        "MANAGE_REQUESTS."
    )
    async def cancel_media_request(self, info: Info, input: RequestId) -> MediaRequestPayload:
        return await _by_id(info.context.services.media_request_decisions.cancel, info, input)

    @strawberry.mutation(
        description="Hand over again what FAILED, or ask again for what was DECLINED or never approved here. Their "
        "owner, and MANAGE_REQUESTS."
    )
    async def retry_media_request(self, info: Info, input: RequestId) -> MediaRequestPayload:
        return await _by_id(info.context.services.media_request_decisions.retry, info, input)

    @strawberry.mutation(description="Be told of a request as whoever asked is. Signed-in people.")
    async def follow_media_request(self, info: Info, input: RequestId) -> MediaRequestPayload:
        return await _by_id(info.context.services.media_requests.follow, info, input)

    @strawberry.mutation(description="Be told of a request no more. Signed-in people.")
    async def unfollow_media_request(self, info: Info, input: RequestId) -> MediaRequestPayload:
        return await _by_id(info.context.services.media_requests.unfollow, info, input)

    @strawberry.mutation(description="Keep a title from being asked for; what is under way goes on. MANAGE_REQUESTS.")
    async def blocklist_media(
        self, info: Info, input: Annotated[BlocklistMediaInput, strawberry.argument(description="The title.")]
    ) -> MediaPayload:
        async def block() -> Any:
            return await info.context.services.blocklist.add(info.context.actor, input.to_command())

        return await payload(MediaPayload, block(), lambda title: {"media": title})

    @strawberry.mutation(description="Let a title be asked for again. MANAGE_REQUESTS.")
    async def unblocklist_media(
        self, info: Info, input: Annotated[UnblocklistMediaInput, strawberry.argument(description="The title.")]
    ) -> MediaPayload:
        async def unblock() -> Any:
            return await info.context.services.blocklist.remove(info.context.actor, input.media.to_key("media"))

        return await payload(MediaPayload, unblock(), lambda title: {"media": title})


@strawberry.type
class MediaRequestSubscriptions:
    @strawberry.subscription(
        description="Requests as they change: one's own, and everybody's for such titles as the viewer may ask for. "
        "Begins with the present state of `ids`, or of all that is under way; with `after` it begins with what was "
        "missed. Signed-in people."
    )
    def media_requests(
        self,
        info: Info,
        ids: Annotated[
            list[strawberry.ID] | None, strawberry.argument(description="Only these; all visible ones when left out.")
        ] = UNSET,
        after: Annotated[Cursor | None, strawberry.argument(description="Go on behind this item.")] = UNSET,
    ) -> AsyncGenerator[MediaRequestStreamItem, None]:
        keys = None if given(ids) is None else [key_of(MediaRequest, id_, path=("ids",)) for id_ in ids or ()]
        feed = info.context.services.streams.media_requests(info.context.actor, ids=keys, after=given(after))
        return cast("AsyncGenerator[MediaRequestStreamItem, None]", feed)
