"""The client that front-end developers copy from. The tests do the worker's part."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send
from tortoise import connections

from medianest.graphql.websocket import WebSocketEndpoint
from medianest.wiring.backbone import Backbone
from models.actor import SYSTEM, Permission
from models.downloads import Download
from models.errors import UnavailableError
from models.media_requests import MediaRequest, MediaRequestFollower
from models.notifications import Notification, NotificationType
from models.states import DownloadStatus, MediaRequestStatus
from models.users import Session, User
from services import tokens
from services.auth import LoggedIn
from services.downloads import record_change
from services.media_request_moves import advance
from services.sessions import SessionService
from services.tokens import AccessToken, Tokens
from services.work import Notice
from tests.clients.conftest import PASSWORD, Nest
from tests.clients.example import FOLDER, Example, node
from tests.factories.media import season_states
from tests.factories.requests import Requests, asker

S, P = MediaRequestStatus, Permission
LINK = "http://127.0.0.1:1/film.mp4"
AT_ONCE = """
import { Server } from "./operations.ts";
import { Session } from "./session.ts";
const session = await Session.open(...process.argv.slice(1));
await Promise.all(Array.from({ length: 5 }, () => session.execute(Server, {})));
"""


@pytest.fixture
async def member(person: User) -> User:
    permissions = [P.DOWNLOAD_CREATE.value, P.REQUEST_MOVIE.value, P.REQUEST_TV.value]
    await User.filter(id=person.id).update(permissions=permissions)
    return person


@asynccontextmanager
async def running(nest: Nest, member: User, *, password: str = PASSWORD, wanted: str = LINK) -> AsyncIterator[Example]:
    async with node("main.ts", nest.url, member.email, password, wanted) as example:
        yield example


async def complete(base: Backbone) -> None:
    """The one download there is."""
    async with base.work.begin(SYSTEM) as transaction:
        download = await Download.get()
        previous, download.status = download.status, DownloadStatus.COMPLETED
        download.version += 1
        await download.save()
        record_change(transaction, download, previous)


async def move(base: Backbone, *states: MediaRequestStatus, reason: str | None = None) -> None:
    """The one request there is, from one to the next."""
    for state in states:
        async with base.work.begin(SYSTEM) as transaction:
            assert await advance(transaction, (await MediaRequest.get()).id, state, decline_reason=reason)


async def notify(base: Backbone, user: User, title: str) -> None:
    async with base.work.begin(SYSTEM) as transaction:
        await transaction.notify(user.id, Notice(NotificationType.ANNOUNCEMENT, title, "", cause=title))


async def assert_completed(example: Example) -> list[str]:
    code, lines, complaint = await example.end()
    assert (code, complaint) == (0, "")
    assert lines.count(f"COMPLETED {LINK}") == 1
    return lines


@pytest.fixture
def login_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first access token has ended before it is used."""
    lifetimes, issue = iter([timedelta(minutes=-1)]), Tokens.issue_access

    def issue_access(self: Tokens, *arguments: Any) -> AccessToken:
        with monkeypatch.context() as patch:
            patch.setattr(tokens, "ACCESS_LIFETIME", next(lifetimes, tokens.ACCESS_LIFETIME))
            return issue(self, *arguments)

    monkeypatch.setattr(Tokens, "issue_access", issue_access)


@pytest.fixture
def traded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The refresh tokens that were sent. The first answer is lost."""
    texts: list[str] = []
    refresh = SessionService.refresh

    async def losing(self: SessionService, text: str) -> LoggedIn:
        texts.append(text)
        logged_in = await refresh(self, text)
        if len(texts) == 1:
            raise UnavailableError("lost on its way")
        return logged_in

    monkeypatch.setattr(SessionService, "refresh", losing)
    return texts


class TestTypes:
    async def test_the_compiler_finds_nothing(self) -> None:
        async with node("node_modules/typescript/bin/tsc") as compiler:
            assert await compiler.end() == (0, [], "")

    async def test_operations_are_typed_as_the_schema_has_them(self) -> None:
        async with node("generate.ts") as generator:
            code, lines, complaint = await generator.end()
        assert (code, complaint) == (0, "")
        assert lines == (FOLDER / "operations.ts").read_text("utf-8").splitlines()


class TestFirstStart:
    async def test_makes_the_first_administrator(self, nest: Nest, base: Backbone) -> None:
        setup_token = Tokens(base.key).setup_token()
        async with node("main.ts", nest.url, "ada@example.org", PASSWORD, LINK, SETUP_TOKEN=setup_token) as example:
            await example.until("^logged in as ada", "^QUEUED")
            await complete(base)
            await assert_completed(example)
        assert (await User.get()).granted == {Permission.ADMIN}


class TestTokens:
    @pytest.mark.usefixtures("login_ends_at_once")
    async def test_many_who_wait_trade_once_and_again_when_the_answer_is_lost(
        self, nest: Nest, member: User, traded: list[str]
    ) -> None:
        async with node("--input-type=module-typescript", "-e", AT_ONCE, nest.url, member.email, PASSWORD) as example:
            assert await example.end() == (0, [], "")
        assert len(traded) == 2
        assert traded[0] == traded[1]
        assert (await Session.get(user_id=member.id)).generation == 1

    async def test_one_that_ends_under_the_stream_is_renewed(
        self, nest: Nest, base: Backbone, member: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(tokens, "ACCESS_LIFETIME", timedelta(seconds=2))
            async with running(nest, member) as example:
                await example.until("^closed: 4403 TOKEN_EXPIRED", "^QUEUED")
                patch.undo()
                lines = await example.until("^live")
                await complete(base)
                lines += await assert_completed(example)
        assert not [line for line in lines if line.startswith("no websocket")]
        assert (await Session.get(user_id=member.id)).generation >= 1


class TestStream:
    async def test_goes_on_behind_what_was_seen(self, nest: Nest, base: Backbone, member: User) -> None:
        async with running(nest, member) as example:
            await example.until("^live", "^QUEUED")
            await notify(base, member, "before")
            await example.until("^before")
            await nest.stop()
            await notify(base, member, "meanwhile")
            await nest.start()
            await example.until("^live")
            await complete(base)
            lines = await assert_completed(example)
        assert [line for line in lines if line.endswith("unread)")] == ["meanwhile (2 unread)"]
        assert not await Notification.filter(read_at=None).exists()

    async def test_begins_anew_where_its_cursor_is_forgotten(self, nest: Nest, base: Backbone, member: User) -> None:
        async with running(nest, member) as example:
            await example.until("^live", "^QUEUED")
            await nest.stop()
            await complete(base)
            await connections.get("default").execute_query("UPDATE event_counter SET pruned_to = position")
            await nest.start()
            await example.until("^reading everything again: CURSOR_TOO_OLD")
            await assert_completed(example)

    async def test_is_replaced_by_asking_where_websockets_are_blocked(
        self, nest: Nest, base: Backbone, member: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def blocked(self: WebSocketEndpoint, scope: Scope, receive: Receive, send: Send) -> None:
            await send({"type": "websocket.close"})

        monkeypatch.setattr(WebSocketEndpoint, "__call__", blocked)
        async with running(nest, member) as example:
            lines = await example.until("^no websocket", "^QUEUED")
            assert "live" not in lines
            await complete(base)
            await assert_completed(example)


class TestRequest:
    async def test_a_film_is_found_asked_for_and_watched(self, nest: Nest, base: Backbone, member: User) -> None:
        async with running(nest, member, wanted="metropolis") as example:
            lines = await example.until("^live", "^PENDING")
            await move(base, S.APPROVED, S.SUBMITTED, S.PROCESSING, S.COMPLETED)
            code, rest, complaint = await example.end()
        assert (code, complaint) == (0, "")
        seen = [line for line in lines + rest if "Metropolis" in line and not line.endswith("unread)")]
        states = ("PENDING", "APPROVED", "SUBMITTED", "PROCESSING", "COMPLETED")
        assert seen == ["Metropolis (1927): it can be asked for", *(f"{state} Metropolis" for state in states)]
        story = ["Asked for.", "Approved.", "Handed on to those who fetch it.", "It is being fetched."]
        assert [line for line in rest if line.endswith(".")] == [*story, "It can be watched."]

    async def test_a_series_is_asked_for_with_all_its_seasons(self, nest: Nest, base: Backbone, member: User) -> None:
        async with running(nest, member, wanted="harbour") as example:
            await example.until("^live", "^PENDING Harbour Lights")
            await move(base, S.DECLINED, reason="Not again.")
            code, lines, complaint = await example.end()
        assert (code, complaint) == (1, "")
        assert lines.count("DECLINED Harbour Lights") == lines.count("Declined: Not again.") == 1
        assert await season_states(await MediaRequest.get()) == dict.fromkeys((1, 2, 3), S.DECLINED)

    async def test_who_comes_second_follows(self, nest: Nest, base: Backbone, member: User) -> None:
        first = await Requests.of(base).create(await asker(P.AUTO_APPROVE_MOVIE))
        async with running(nest, member, wanted="metropolis") as example:
            await example.until("^Metropolis .1927.: ALREADY_REQUESTED", "^live", "^APPROVED Metropolis")
            await nest.stop()
            await move(base, S.SUBMITTED, S.COMPLETED)
            await connections.get("default").execute_query("UPDATE event_counter SET pruned_to = position")
            await nest.start()
            await example.until("^reading everything again", "^COMPLETED Metropolis")
            code, lines, complaint = await example.end()
        assert (code, complaint) == (0, "")
        assert "Somebody follows it." in lines
        assert [row.request_id for row in await MediaRequestFollower.filter(user_id=member.id)] == [first.id]

    async def test_what_is_unknown_is_told(self, nest: Nest, member: User) -> None:
        async with running(nest, member, wanted="no such title") as example:
            code, _, complaint = await example.end()
        assert (code, complaint) == (1, 'There is no film or series with "no such title" in its name.\n')
        assert not await MediaRequest.exists()


class TestErrors:
    async def test_a_wrong_password_is_told(self, nest: Nest, member: User) -> None:
        async with running(nest, member, password="wrong password") as example:
            code, lines, complaint = await example.end()
        assert (code, lines) == (1, [])
        assert complaint == "INVALID_CREDENTIALS: E-mail address or password is wrong.\n"

    async def test_a_refused_link_is_told_and_the_session_ended(self, nest: Nest, member: User) -> None:
        async with running(nest, member, wanted="http://10.0.0.1/film.mp4") as example:
            code, _, complaint = await example.end()
        assert code == 1
        assert complaint.startswith("FORBIDDEN_URL: ")
        assert not await Download.exists()
        assert (await Session.get(user_id=member.id)).revoked_at is not None
