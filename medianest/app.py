"""The API process: the Starlette application, and how it is served."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog
import uvloop
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Router, WebSocketRoute
from starlette.types import ASGIApp
from tortoise import connections

from infra.correlation import client_address, correlation_id
from medianest.api import SENSITIVE_FIELDS, SLOW_FIELDS, graphql_schema
from medianest.child import Handover, announce, receive, refuse
from medianest.failures import end_without_traceback, noting, watch_tasks
from medianest.graphiql.page import graphiql_routes
from medianest.graphql.execution import Engine
from medianest.graphql.multipart import PREFLIGHTS
from medianest.graphql.request import Login, RequestInfo
from medianest.graphql.routes import PATH, graphql_routes
from medianest.graphql.sockets import Sockets
from medianest.http.files import file_route
from medianest.http.headers import SecurityHeaders
from medianest.http.health import Dependency, health_routes
from medianest.http.metrics import Metrics, metrics_route
from medianest.http.middleware import Correlation, WebSocketsFirst
from medianest.http.proxies import TrustedProxies
from medianest.http.uploads import upload_route
from medianest.http.webhooks import seerr_webhook_route
from medianest.logs import configure_logs
from medianest.migrations import NewerDatabaseError, migrate
from medianest.serving import Server
from medianest.settings import Settings, SettingsError, load_settings
from medianest.wiring.backbone import Backbone, backbone
from medianest.wiring.loaders import loaders_of
from medianest.wiring.services import api_services
from models.actor import Actor
from models.errors import ValidationError
from models.events import DomainEvent
from models.rates import Allowance
from schema.context import Context
from services.auth import Device
from services.cost_budgets import CostBudgets
from services.hub import Hub
from services.registry import Services
from services.services_health_checks import cache_check, database_check, object_store_check
from services.token_memory import CALLER_EVENTS, changes_access, ends, whom

log = structlog.get_logger()

_POOL_MAX = 10
_ENDED = (4401, "This session has ended")
_CHANGED = (4403, "PERMISSIONS_CHANGED")
_CLOSE_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Api:
    """The application, what closes its websockets, and what counts what it does."""

    app: ASGIApp
    sockets: Sockets
    services: Services
    metrics: Metrics


def build_api(base: Backbone, hub: Hub, *, processes: int = 1) -> Api:
    """`processes` is how many serve together: each has its share of what a caller may ask for."""
    settings, services, sockets = base.settings, api_services(base, hub), Sockets()
    make_loaders = loaders_of(base)

    async def authenticate(authorization: str | None, _info: RequestInfo) -> Login:
        proven = await services.auth.authenticate(authorization)
        if proven.actor.user_id is not None:
            base.presence.note(proven.actor.user_id)
        return Login(proven.actor, proven.expires_at.timestamp() if proven.expires_at else None)

    budgets = CostBudgets(settings.cost_per_minute // processes)

    def charge(actor: Actor, info: RequestInfo, cost: int) -> Allowance:
        return budgets.charge(actor, info.ip or "", cost)

    def make_context(actor: Actor, info: RequestInfo, allowance: Allowance) -> Context:
        correlation_id.set(info.correlation_id)
        client_address.set(info.ip or "")
        return Context(
            caller=actor,
            services=services,
            device=Device(ip=info.ip, user_agent=info.user_agent),
            allowance=allowance,
            correlation_id=info.correlation_id,
            stream_position=services.streams.position,
            make_loaders=make_loaders,
            loaders=make_loaders(),
        )

    hub.listeners.append(_closing(sockets))
    judge = noting(base.error_log)
    metrics = Metrics()
    engine = Engine(
        graphql_schema,
        introspection=settings.introspection,
        classify=judge,
        sensitive=SENSITIVE_FIELDS,
        slow=SLOW_FIELDS,
        observe=metrics.observe,
    )
    routes: list[BaseRoute] = [
        *graphql_routes(
            engine,
            authenticate=authenticate,
            charge=charge,
            make_context=make_context,
            origin_allowed=_origin_policy(settings),
            sockets=sockets,
        ),
        file_route(base.files),
        upload_route(services.uploads),
        seerr_webhook_route(services.seerr_webhooks),
        *health_routes(_dependencies(base)),
        metrics_route(
            metrics,
            token=settings.metrics_token.get_secret_value() if settings.metrics_token else None,
            gauges={
                "medianest_websockets": lambda: len(sockets),
                "medianest_subscriptions": lambda: engine.running_subscriptions,
            },
            counts={
                ("medianest_jobs", "state"): _count_jobs,
                ("medianest_downloads", "status"): _count_downloads,
                ("medianest_consumer_lag_events", "consumer"): _consumer_lag,
            },
            read_services=services.services_health.readings,
        ),
        *(graphiql_routes() if settings.graphiql else []),
    ]
    websocket = next(route.app for route in routes if isinstance(route, WebSocketRoute))
    if settings.base_path:
        routes = [Mount(settings.base_path, Router(routes, redirect_slashes=False))]
    cors = Middleware(
        CORSMiddleware,
        allow_origins=settings.allowed_origins,
        allow_methods=["GET", "POST", "PUT"],
        allow_headers=["Authorization", "Content-Type", "X-Request-ID", *PREFLIGHTS],
        expose_headers=["X-Request-ID", "RateLimit", "RateLimit-Policy", "Retry-After"],
    )

    async def broken(_request: Request, failure: Exception) -> Response:
        judge(failure)
        return PlainTextResponse("Something went wrong on our side.", 500)

    inside = Starlette(routes=routes, middleware=[cors], exception_handlers={Exception: broken})
    inside.router.redirect_slashes = False  # it would lead to whatever the header `Host` says
    front = Correlation(WebSocketsFirst(inside, settings.base_path + PATH, websocket))
    https = settings.external_url.startswith("https:")
    app = SecurityHeaders(TrustedProxies(front, settings.trusted_proxies), https=https)
    return Api(app, sockets, services, metrics)


@asynccontextmanager
async def running_api(settings: Settings, handover: Handover) -> AsyncIterator[Api]:
    """The application with its database migrated, its first administrator made and its event follower at work.

    Raises NewerDatabaseError, SettingsError.
    """
    applied = await migrate(handover.database_url)
    if applied:
        log.info("database.migrated", migrations=applied)
    async with backbone(settings, handover.database_url, handover.redis_url, pool_max=_POOL_MAX) as base:
        watch_tasks(base.error_log)
        is_there = await base.check_storage()
        hub = Hub(base.cache, base.pubsub)
        await hub.start()
        api = build_api(base, hub, processes=handover.serving)
        await _ensure_admin(settings, api.services)
        async with asyncio.TaskGroup() as tasks:  # without its follower the application ends
            services = api.services
            work = (hub.run(), services.services_health.sampler.run(), services.last_uses.keep())
            here = base.presence.keep(api.sockets.user_ids)
            running = [tasks.create_task(each) for each in (*work, here, api.metrics.watch_loop())]
            if not is_there:
                running.append(tasks.create_task(base.await_storage()))
            yield api
            for task in running:
                task.cancel()


def _closing(sockets: Sockets) -> Callable[[DomainEvent], None]:
    """Ends the websockets of those who are out, or who may do other things now: stock clients come back after the
    second, with what they may do by then.
    """
    running: set[asyncio.Task[None]] = set()

    def close(event: DomainEvent) -> None:
        if event.type not in CALLER_EVENTS:
            return
        if verdict := _ENDED if ends(event) else _CHANGED if changes_access(event) else None:
            task = asyncio.create_task(sockets.close_all(*verdict, where=whom(event)))
            running.add(task)
            task.add_done_callback(running.discard)

    return close


async def _ensure_admin(settings: Settings, services: Services) -> None:
    if settings.admin_email and settings.admin_password:
        try:
            await services.auth.ensure_admin(settings.admin_email, settings.admin_password.get_secret_value())
        except ValidationError as error:
            raise SettingsError(f"MEDIANEST_ADMIN_EMAIL, MEDIANEST_ADMIN_PASSWORD: {error.message}") from None


def _dependencies(base: Backbone) -> Mapping[str, Dependency]:
    return {
        "database": Dependency(database_check().check),
        "cache": Dependency(cache_check(base.redis).check, required=False),
        "object_store": Dependency(object_store_check(base.storage).check, required=False),
    }


async def _count_jobs() -> Mapping[str, int]:
    """Finished ones are history, and too many to count each time."""
    rows = await connections.get("default").execute_query_dict(
        "SELECT status::text AS state, count(*) AS jobs FROM procrastinate_jobs"
        " WHERE status IN ('todo', 'doing', 'aborting', 'failed') GROUP BY status"
    )
    return dict.fromkeys(("todo", "doing", "aborting", "failed"), 0) | {row["state"]: row["jobs"] for row in rows}


async def _count_downloads() -> Mapping[str, int]:
    """As the read model of the dashboard has them."""
    rows = await connections.get("default").execute_query_dict(
        "SELECT status, sum(count)::int AS count FROM download_counts GROUP BY status"
    )
    return {row["status"]: row["count"] for row in rows}


async def _consumer_lag() -> Mapping[str, int]:
    """How many events each consumer of the log has yet to take in."""
    rows = await connections.get("default").execute_query_dict(
        "SELECT name, event_counter.position - event_consumers.position AS lag FROM event_consumers, event_counter"
    )
    return {row["name"]: row["lag"] for row in rows}


def _origin_policy(settings: Settings) -> Callable[[str, str], bool]:
    """A browser page may open a websocket when it comes from this server itself, or from an allowed origin."""
    public = urlsplit(settings.external_url)
    allowed = {*settings.allowed_origins, f"{public.scheme}://{public.netloc}"}

    def is_allowed(origin: str, host: str) -> bool:
        try:
            return origin in allowed or urlsplit(origin).netloc == host
        except ValueError:
            return False

    return is_allowed


async def _serve(settings: Settings, handover: Handover) -> None:
    async with running_api(settings, handover) as api:
        facts = {"setup_token": await api.services.auth.setup_token(), "graphiql": settings.graphiql}
        server = Server(api.app, api.sockets, lambda: announce(handover, **facts))
        await server.serve([socket.socket(fileno=handover.socket_fd)])
        # every request is answered: what a frozen database still holds open ends with the process
        asyncio.get_running_loop().call_later(_CLOSE_SECONDS, os._exit, 0)


def run_api(settings: Settings, handover: Handover) -> None:
    """Until a signal. Ends the process with a sentence where restarting would not help."""
    configure_logs(settings, "api")
    try:
        uvloop.run(_serve(settings, handover))
    except (NewerDatabaseError, SettingsError) as error:
        refuse(handover, str(error))
    except Exception as failure:  # noqa: BLE001
        end_without_traceback(failure)


def main() -> None:
    run_api(load_settings(), receive())
