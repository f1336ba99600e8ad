"""The whole API in this process: HTTP in front, real PostgreSQL and Valkey behind, no worker."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import asyncpg
import httpx2
import pytest

from medianest.app import Api, build_api
from medianest.wiring import services as wiring
from medianest.wiring.backbone import Backbone
from models.actor import Permission
from models.users import User
from services.hub import Hub
from services.passwords import Passwords
from tests.factories.people import make_user

PASSWORD = "correct horse battery"


class ApiClient:
    """Answers of the API as JSON. `login` sets the token that later calls send."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self.http = http
        self.headers: dict[str, str] = {}

    async def __call__(self, query: str, /, **variables: Any) -> dict[str, Any]:
        response = await self.http.post("/graphql", json={"query": query, "variables": variables}, headers=self.headers)
        answer: dict[str, Any] = response.json()
        return answer

    async def upload(
        self, query: str, content: bytes | AsyncIterator[bytes], *, filename: str = "a.txt", **variables: Any
    ) -> httpx2.Response:
        """The query with a file as `input.file`, as the GraphQL multipart request specification has it."""
        operations = json.dumps({"query": query, "variables": variables})
        head = (
            f'--b\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{operations}\r\n'
            '--b\r\nContent-Disposition: form-data; name="map"\r\n\r\n{"0": ["variables.input.file"]}\r\n'
            f'--b\r\nContent-Disposition: form-data; name="0"; filename="{filename}"\r\n\r\n'
        ).encode()

        async def body() -> AsyncIterator[bytes]:
            yield head
            if isinstance(content, bytes):
                yield content
            else:
                async for chunk in content:
                    yield chunk
            yield b"\r\n--b--\r\n"

        headers = {"Content-Type": "multipart/form-data; boundary=b", "Apollo-Require-Preflight": "1"}
        return await self.http.post("/graphql", content=body(), headers=self.headers | headers)

    async def data(self, query: str, /, **variables: Any) -> dict[str, Any]:
        answer = await self(query, **variables)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    async def code(self, query: str, /, **variables: Any) -> str:
        """The code of the one error."""
        (error,) = (await self(query, **variables))["errors"]
        return str(error["extensions"]["code"])

    async def login(self, user: User) -> None:
        query = "mutation($input: LoginInput!) { login(input: $input) { accessToken errors { message } } }"
        answer = await self.data(query, input={"email": user.email, "password": PASSWORD})
        self.headers = {"Authorization": f"Bearer {answer['login']['accessToken']}"}


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """At its real cost a login takes longer than all else in most tests."""
    monkeypatch.setattr(wiring, "Passwords", partial(Passwords, memory_kib=64, rounds=1, refusal_seconds=0))


@pytest.fixture
async def api(base: Backbone) -> Api:
    hub = Hub(base.cache, base.pubsub)
    await hub.start()
    return build_api(base, hub)


@pytest.fixture
async def client(api: Api) -> AsyncIterator[ApiClient]:
    transport = httpx2.ASGITransport(app=api.app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://nest.test") as http:
        yield ApiClient(http)


LogIn = Callable[..., Awaitable[User]]


@pytest.fixture
async def log_in(client: ApiClient) -> LogIn:
    """Makes somebody with these permissions and logs them in."""
    password_hash = await Passwords(memory_kib=64, rounds=1).hash(PASSWORD)

    async def make(*permissions: Permission) -> User:
        user = await make_user(*permissions)
        await User.filter(id=user.id).update(password_hash=password_hash)
        await client.login(user)
        return user

    return make


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """Every SQL statement sent meanwhile."""
    statements: list[str] = []
    originals = {name: getattr(asyncpg.Connection, name) for name in ("fetch", "fetchrow", "fetchval", "execute")}

    def counting(original: Callable[..., Any]) -> Callable[..., Any]:
        def run(self: asyncpg.Connection, query: str, *args: Any, **kwargs: Any) -> Any:
            if "pg_advisory_unlock_all" not in query:  # the pool's own, when a connection comes back
                statements.append(query)
            return original(self, query, *args, **kwargs)

        return run

    for name, original in originals.items():
        setattr(asyncpg.Connection, name, counting(original))
    try:
        yield statements
    finally:
        for name, original in originals.items():
            setattr(asyncpg.Connection, name, original)
