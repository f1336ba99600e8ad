"""The server itself, anything by its ID, and where the event stream stands."""

import asyncio
from typing import Annotated, Any, cast

import strawberry

from models.errors import ValidationError
from schema.context import Context, Info
from schema.enums import IdentityProvider
from schema.lookup import find_node
from schema.node import Node, from_global_id
from schema.scalars import BigInt, Cursor
from schema.server import RateLimit, ServerInfo

_MAX_NODES = 100


@strawberry.type
class ServerQueries:
    @strawberry.field(description="What a login page needs. Everybody.")
    async def server(self, info: Info) -> ServerInfo:
        services = info.context.services
        return ServerInfo(
            version=services.version,
            setup_required=await services.auth.is_setup_required(),
            login_providers=[IdentityProvider.LOCAL, *([IdentityProvider.PLEX] if services.plex_login.is_open else [])],
            upload_max_bytes=BigInt(services.uploads.max_bytes),
        )

    @strawberry.field(description="What the caller may still ask for. Everybody.")
    def rate_limit(self, info: Info) -> RateLimit | None:
        return RateLimit.of(info.context.allowance)

    @strawberry.field(
        description="Anything by its ID; null when it is not there or hidden. Whoever may see the object."
    )
    async def node(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The object's ID.")]
    ) -> Node | None:
        return await _find(info.context, id, ("id",))

    @strawberry.field(description="Several at once, null for each that is not there. Whoever may see the objects.")
    async def nodes(
        self,
        info: Info,
        ids: Annotated[list[strawberry.ID], strawberry.argument(description="Up to 100 IDs.")],
    ) -> list[Node | None]:
        if len(ids) > _MAX_NODES:
            raise ValidationError(f"Ask for at most {_MAX_NODES} nodes.", path=("ids",), constraint="length")
        # a failure becomes the error of its own item, and a null in its place
        once = list(dict.fromkeys(ids))
        found = await asyncio.gather(*(_find(info.context, id_, ("ids",)) for id_ in once), return_exceptions=True)
        by_id = dict(zip(once, found, strict=True))
        return cast("list[Node | None]", [by_id[id_] for id_ in ids])

    @strawberry.field(
        description="Where the event stream stood before anything else in this operation was read: pass it as `after` "
        "to a subscription and nothing is missed. Signed-in people."
    )
    def stream_cursor(self, info: Info) -> Cursor | None:
        info.context.actor.require_user()
        return Cursor(info.context.stream_position)


async def _find(context: Context, id_: str, path: tuple[str, ...]) -> Node | None:
    context.actor.require_user()
    found: Any = await find_node(context, *from_global_id(id_, path=path))
    return cast("Node | None", found)
