"""The parts of the server, and how they are."""

from collections.abc import AsyncGenerator, Awaitable
from typing import Annotated, Any, cast

import strawberry
from strawberry import UNSET

from schema.context import Info
from schema.errors import payload
from schema.inputs import IdInput, given
from schema.node import key_of
from schema.scalars import Cursor
from schema.services_health import Service, ServicePayload, ServiceStreamItem


@strawberry.type
class ServiceQueries:
    @strawberry.field(description="The parts of the server, and how they are. Signed-in people.")
    async def services(self, info: Info) -> list[Service] | None:
        found = await info.context.services.services_health.list_services(info.context.actor)
        return cast("list[Service]", found)


@strawberry.type
class ServiceMutations:
    @strawberry.mutation(description="Check a service now, at most every five seconds. MANAGE_SERVICES.")
    async def check_service(
        self, info: Info, input: Annotated[IdInput, strawberry.argument(description="The service.")]
    ) -> ServicePayload:
        async def check() -> Any:
            return await info.context.services.services_health.check(info.context.actor, key_of(Service, input.id))

        return await _service(check())

    @strawberry.mutation(
        description="Close a service's circuit breaker, so that calls go through again. MANAGE_SERVICES."
    )
    async def reset_breaker(
        self, info: Info, input: Annotated[IdInput, strawberry.argument(description="The service.")]
    ) -> ServicePayload:
        async def reset() -> Any:
            service = info.context.services.services_health
            return await service.reset_breaker(info.context.actor, key_of(Service, input.id))

        return await _service(reset())


@strawberry.type
class ServiceSubscriptions:
    @strawberry.subscription(
        description="Services as they go down and come back; with `after` what was missed comes first. "
        "Signed-in people."
    )
    def services(
        self,
        info: Info,
        after: Annotated[Cursor | None, strawberry.argument(description="Go on behind this item.")] = UNSET,
    ) -> AsyncGenerator[ServiceStreamItem, None]:
        feed = info.context.services.streams.services(info.context.actor, after=given(after))
        return cast("AsyncGenerator[ServiceStreamItem, None]", feed)


async def _service(work: Awaitable[Any]) -> ServicePayload:
    return await payload(ServicePayload, work, lambda row: {"service": row})
