"""A schema of our own behind a real uvicorn: every behaviour of the server, no feature of MediaNest."""

import asyncio
import socket
import threading
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from types import SimpleNamespace
from typing import Self
from uuid import UUID

import strawberry
import uvicorn
from starlette.applications import Starlette
from strawberry.scalars import JSON
from typing_extensions import override

from medianest.graphql.execution import Engine
from medianest.graphql.request import Login, RequestInfo
from medianest.graphql.routes import graphql_routes
from medianest.graphql.sockets import SocketLimits, Sockets
from medianest.http.proxies import TrustedProxies
from models.actor import ANONYMOUS, Actor
from models.errors import AppError, NotFoundError, TokenExpiredError, UnauthenticatedError, UnavailableError
from models.rates import Allowance
from services.cost_budgets import CostBudgets

ALICE = Actor(user_id=UUID(int=1))
LIMITS = SocketLimits(init_seconds=1.0, send_seconds=1.0)
BUDGETS = CostBudgets(1_000_000_000)


class DatabaseLostError(Exception):
    """Stands for what a driver raises."""


def classify(error: BaseException) -> AppError | None:
    if isinstance(error, DatabaseLostError):
        return UnavailableError("The database is away; try again.", retry_after_seconds=5)
    return None


@dataclass
class Context:
    actor: Actor
    correlation_id: str
    events: Iterator[int] = field(default_factory=lambda: count(1))
    event: int = 0
    is_personal: bool = False

    def for_event(self) -> Self:
        return type(self)(self.actor, self.correlation_id, self.events, next(self.events))


Info = strawberry.Info[Context, None]

WAYS_TO_FAIL = {
    "expected": NotFoundError("There is no such thing."),
    "bug": RuntimeError("password=hunter2"),
    "database": DatabaseLostError("10.0.0.7:5432 refused"),
}


@strawberry.type
class Tree:
    name: str = "leaf"

    @strawberry.field
    def child(self) -> "Tree":
        return Tree()

    @strawberry.field
    def children(self, first: int = 2) -> list["Tree"]:
        return [Tree()] * first


@strawberry.input
class TreeInput:
    name: str
    note: strawberry.Maybe[str] = None


@strawberry.input(one_of=True)
class Choice:
    left: int | None = strawberry.UNSET
    right: int | None = strawberry.UNSET


@strawberry.type
class Query:
    tree: Tree = strawberry.field(resolver=Tree)

    @strawberry.field
    async def hello(self, name: str = "world") -> str:
        await asyncio.sleep(0)
        return f"Hello, {name}"

    @strawberry.field
    def whoami(self, info: Info) -> str | None:
        return str(info.context.actor.user_id) if info.context.actor.user_id else None

    @strawberry.field
    def fails(self, way: str) -> str | None:
        raise WAYS_TO_FAIL[way]

    @strawberry.field
    def required(self) -> str:
        raise WAYS_TO_FAIL["expected"]

    @strawberry.field
    def sum(self, numbers: list[int]) -> int:
        return sum(numbers)

    @strawberry.field
    def plant(self, input: TreeInput) -> str:
        return input.name

    @strawberry.field
    def plants(self, input: list[TreeInput]) -> int:
        return len(input)

    @strawberry.field
    def choose(self, input: Choice) -> str:
        return "left" if input.left is not strawberry.UNSET else "right"

    @strawberry.field
    def unserialisable(self) -> JSON:
        return JSON({"nan": float("nan")})

    @strawberry.field
    def extension(self, info: Info) -> JSON:
        return JSON(info.input_extensions)

    @strawberry.field
    def surrogate(self) -> str:
        return "half \ud800 of a pair"


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def rename(self, name: str) -> str:
        return name


@strawberry.type
class Event:
    @strawberry.field
    def number(self, info: Info) -> int:
        return info.context.event

    @strawberry.field
    def fails(self) -> str | None:
        raise WAYS_TO_FAIL["expected"]


watching = SimpleNamespace(opened=0, closed=0)
"""How many generators of `Subscription.watch` were started and finished."""


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, to: int = 3) -> AsyncGenerator[int, None]:
        for number in range(1, to + 1):
            yield number

    @strawberry.subscription
    async def watch(self) -> AsyncGenerator[int, None]:
        watching.opened += 1
        try:
            yield 0
            await asyncio.Event().wait()
        finally:
            watching.closed += 1

    @strawberry.subscription
    async def flood(self, bytes: int = 100_000) -> AsyncGenerator[str, None]:
        watching.opened += 1
        try:
            while True:
                yield "x" * bytes
        finally:
            watching.closed += 1

    @strawberry.subscription
    async def events(self) -> AsyncGenerator[Event, None]:
        for _ in range(3):
            yield Event()

    @strawberry.subscription
    async def fails(self, way: str, after: int = 0) -> AsyncGenerator[int, None]:
        for number in range(after):
            yield number
        raise WAYS_TO_FAIL[way]


def wide_type(number: int) -> type:
    """As in a real API: many types with many fields that lead to each other."""
    return strawberry.type(type(f"Wide{number}", (), {"__annotations__": {f"tree{n}": Tree for n in range(20)}}))


schema = strawberry.Schema(Query, Mutation, Subscription, types=[wide_type(number) for number in range(50)])


async def authenticate(authorization: str | None, info: RequestInfo) -> Login:
    match (authorization or "").split():
        case []:
            return Login(ANONYMOUS)
        case ["Bearer", "alice"]:
            return Login(ALICE)
        case ["Bearer", "until", moment]:
            return Login(ALICE, float(moment))
        case ["Bearer", "expired"]:
            raise TokenExpiredError("The access token has expired.")
        case ["Bearer", "lost"]:
            raise DatabaseLostError("10.0.0.7:5432 refused")
        case ["Bearer", "bug"]:
            raise RuntimeError("password=hunter2")
        case _:
            raise UnauthenticatedError("The access token is not valid.")


def make_context(actor: Actor, info: RequestInfo, allowance: Allowance) -> Context:
    return Context(actor, info.correlation_id)


@dataclass
class Server:
    host: str
    sockets: Sockets
    loop: asyncio.AbstractEventLoop

    @property
    def http(self) -> str:
        return f"http://{self.host}/graphql"

    @property
    def ws(self) -> str:
        return f"ws://{self.host}/graphql"


@contextmanager
def serving(engine: Engine, limits: SocketLimits = LIMITS, budgets: CostBudgets = BUDGETS) -> Iterator[Server]:
    sockets = Sockets(limits)
    routes = graphql_routes(
        engine,
        authenticate=authenticate,
        charge=lambda actor, info, cost: budgets.charge(actor, info.ip or "", cost),
        make_context=make_context,
        origin_allowed=lambda origin, host: origin == f"http://{host}",
        sockets=sockets,
    )
    ready = threading.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    class Uvicorn(uvicorn.Server):
        @override
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            loops.append(asyncio.get_running_loop())
            ready.set()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        app = TrustedProxies(Starlette(routes=routes), ["127.0.0.1"])
        config = uvicorn.Config(
            app, interface="asgi3", log_level="error", proxy_headers=False, timeout_graceful_shutdown=1
        )
        server = Uvicorn(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        assert ready.wait(5)
        yield Server(f"127.0.0.1:{listener.getsockname()[1]}", sockets, loops[0])
        server.should_exit = True
        thread.join()
