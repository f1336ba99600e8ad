"""The API process: the Starlette application, and how it is served."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog
import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute, Mount
from tortoise import connections
from typing_extensions import override

from infra.correlation import correlation_id
from medianest.api import graphql_schema
from medianest.child import Handover, announce, receive, refuse
from medianest.failures import classify
from medianest.graphiql.page import graphiql_routes
from medianest.graphql.execution import Engine
from medianest.graphql.request import Login, RequestInfo
from medianest.graphql.routes import graphql_routes
from medianest.graphql.websocket import DEFAULT_LIMITS, Sockets
from medianest.http.files import file_route
from medianest.http.health import Dependency, health_routes
from medianest.http.middleware import Correlation
from medianest.logs import configure_logs
from medianest.migrations import NewerDatabaseError, migrate
from medianest.settings import Settings, SettingsError, load_settings
from medianest.wiring import Backbone, api_services, backbone
from models.actor import Actor
from models.errors import ValidationError
from schema.context import Context
from services.auth import Device
from services.hub import Hub
from services.registry import Services

log = structlog.get_logger()

_POOL_MAX = 10
_GRACEFUL_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Api:
    """The application, and what closes its websockets."""

    app: Starlette
    sockets: Sockets
    services: Services


def build_api(base: Backbone, hub: Hub) -> Api:
    settings, services, sockets = base.settings, api_services(base, hub), Sockets()

    async def authenticate(authorization: str | None, _info: RequestInfo) -> Login:
        proven = await services.auth.authenticate(authorization)
        return Login(proven.actor, proven.expires_at and proven.expires_at.timestamp())

    def make_context(actor: Actor, info: RequestInfo) -> Context:
        correlation_id.set(info.correlation_id)
        return Context(
            actor=actor,
            services=services,
            device=Device(ip=info.ip, user_agent=info.user_agent),
            correlation_id=info.correlation_id,
            stream_position=services.streams.position,
            make_loaders=base.loaders,
            loaders=base.loaders(),
        )

    engine = Engine(graphql_schema, introspection=settings.introspection, classify=classify)
    routes: list[BaseRoute] = [
        *graphql_routes(
            engine,
            authenticate=authenticate,
            make_context=make_context,
            origin_allowed=_origin_policy(settings),
            sockets=sockets,
        ),
        file_route(base.files),
        *health_routes(_dependencies(base)),
        *(graphiql_routes() if settings.graphiql else []),
    ]
    if settings.base_path:
        routes = [Mount(settings.base_path, routes=routes)]
    cors = Middleware(
        CORSMiddleware,
        allow_origins=settings.allowed_origins,
        allow_methods=["GET", "POST"],
        allow_headers=["Authorization", "Content-Type", "X-Request-ID"],
        expose_headers=["X-Request-ID"],
    )
    return Api(Starlette(routes=routes, middleware=[Middleware(Correlation), cors]), sockets, services)


@asynccontextmanager
async def running_api(settings: Settings, database_url: str, redis_url: str) -> AsyncIterator[Api]:
    """The application with its database migrated, its first administrator made and its event follower at work.

    Raises NewerDatabaseError, SettingsError.
    """
    applied = await migrate(database_url)
    if applied:
        log.info("database.migrated", migrations=applied)
    async with backbone(settings, database_url, redis_url, pool_max=_POOL_MAX) as base:
        await base.check_storage()
        hub = Hub(base.cache, base.pubsub)
        await hub.start()
        api = build_api(base, hub)
        await _ensure_admin(settings, api.services)
        following = asyncio.create_task(hub.run())
        try:
            yield api
        finally:
            following.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await following


async def _ensure_admin(settings: Settings, services: Services) -> None:
    if settings.admin_email and settings.admin_password:
        try:
            await services.auth.ensure_admin(settings.admin_email, settings.admin_password.get_secret_value())
        except ValidationError as error:
            raise SettingsError(f"MEDIANEST_ADMIN_EMAIL, MEDIANEST_ADMIN_PASSWORD: {error.message}") from None


def _dependencies(base: Backbone) -> Mapping[str, Dependency]:
    async def database() -> None:
        await connections.get("default").execute_query_dict("SELECT 1")

    async def cache() -> None:
        await base.redis.execute_command("PING")

    return {
        "database": Dependency(database),
        "cache": Dependency(cache, required=False),
        "object_store": Dependency(base.storage.check),
    }


def _origin_policy(settings: Settings) -> Callable[[str, str], bool]:
    """A browser page may open a websocket when it comes from this server itself, or from an allowed origin."""
    public = urlsplit(settings.external_url)
    allowed = {*settings.allowed_origins, f"{public.scheme}://{public.netloc}"}

    def is_allowed(origin: str, host: str) -> bool:
        return origin in allowed or urlsplit(origin).netloc == host

    return is_allowed


class Server(uvicorn.Server):
    """uvicorn under our own signals: it would raise SIGTERM again at the end, before anything is closed."""

    def __init__(self, api: Api, on_ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                api.app,
                lifespan="off",
                http="httptools",
                ws="websockets-sansio",
                ws_max_size=DEFAULT_LIMITS.frame_bytes,
                ws_per_message_deflate=False,
                access_log=False,
                log_config=None,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=_GRACEFUL_SECONDS,
            )
        )
        self._api = api
        self._on_ready = on_ready

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()

    @override
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop)
        yield

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._api.sockets.close_all(1012, "Service Restart")
        await super().shutdown(sockets)

    def _stop(self) -> None:
        self.should_exit = True


async def _serve(settings: Settings, handover: Handover) -> None:
    async with running_api(settings, handover.database_url, handover.redis_url) as api:
        setup_token = await api.services.auth.setup_token()
        server = Server(api, lambda: announce(handover, setup_token=setup_token))
        await server.serve([socket.socket(fileno=handover.socket_fd)])


def run_api(settings: Settings, handover: Handover) -> None:
    """Until a signal. Ends the process with a sentence where restarting would not help."""
    configure_logs(settings, "api")
    try:
        uvloop.run(_serve(settings, handover))
    except (NewerDatabaseError, SettingsError) as error:
        refuse(handover, str(error))


if __name__ == "__main__":
    run_api(load_settings(), receive())
