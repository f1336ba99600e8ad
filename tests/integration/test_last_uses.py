import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from tortoise import connections

from medianest.wiring.backbone import Backbone
from models.tokens import ApiToken
from models.users import Session
from services.api_tokens import ApiTokenService, CreateApiToken
from services.last_uses import LastUses
from tests.factories.people import make_actor
from tests.integration.api.conftest import counted_statements

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
async def session(base: Backbone) -> Session:
    actor = await make_actor()
    ends_at = datetime.now(UTC) + timedelta(days=1)
    session = await Session.create(
        user_id=actor.user_id, refresh_hash=uuid4().bytes, expires_at=ends_at, ends_at=ends_at
    )
    await Session.all().update(last_seen_at=LONG_AGO)
    return session


@pytest.fixture
async def key(base: Backbone) -> ApiToken:
    return (await ApiTokenService(base.work, base.limits).create(await make_actor(), CreateApiToken("script", [])))[0]


class TestFlush:
    async def test_a_thousand_uses_are_one_statement(self, session: Session, key: ApiToken) -> None:
        uses = LastUses()
        began = datetime.now(UTC)
        with counted_statements() as statements:
            for _ in range(500):
                uses.note(session.id)
                uses.note(key.id)
            assert statements == []
            await uses.flush()
            await uses.flush()
        assert len(statements) == 1
        assert (await Session.get()).last_seen_at >= began
        used_at = (await ApiToken.get()).last_used_at
        assert used_at is not None
        assert used_at >= began

    async def test_it_never_goes_backwards(self, session: Session, key: ApiToken) -> None:
        uses, later = LastUses(), datetime.now(UTC) + timedelta(minutes=5)
        uses.note(session.id)
        uses.note(key.id)
        await Session.all().update(last_seen_at=later)
        await ApiToken.all().update(last_used_at=later)
        await uses.flush()
        assert (await Session.get()).last_seen_at == later
        assert (await ApiToken.get()).last_used_at == later

    async def test_what_is_noted_is_written_before_the_process_ends(self, session: Session) -> None:
        uses = LastUses(every_seconds=3600)
        keeping = asyncio.create_task(uses.keep())
        await asyncio.sleep(0)
        uses.note(session.id)
        keeping.cancel()
        with pytest.raises(asyncio.CancelledError):
            await keeping
        assert (await Session.get()).last_seen_at > LONG_AGO

    async def test_what_could_not_be_written_is_kept(self, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
        uses = LastUses()
        uses.note(session.id)

        def away(_: str) -> None:
            raise OSError("away")

        with monkeypatch.context() as patched:
            patched.setattr(connections, "get", away)
            await uses.flush()
        assert (await Session.get()).last_seen_at == LONG_AGO
        await uses.flush()
        assert (await Session.get()).last_seen_at > LONG_AGO
