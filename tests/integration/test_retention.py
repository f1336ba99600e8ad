from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from tortoise import connections

from services import retention
from services.retention import AGEING, prune
from tests.factories.people import make_user

pytestmark = pytest.mark.usefixtures("base")


async def insert(table: str, **values: Any) -> None:
    names, places = ", ".join(values), ", ".join(f"${number}" for number in range(1, len(values) + 1))
    sql = f"INSERT INTO {table} ({names}) VALUES ({places})"
    await connections.get("default").execute_query_dict(sql, list(values.values()))


async def make(table: str, ended: datetime) -> None:
    """A row that ended then, and nothing else about it did."""
    now, future = datetime.now(UTC), datetime.now(UTC) + timedelta(days=1)
    user = (await make_user()).id
    rows: Mapping[str, Mapping[str, Any]] = {
        "idempotency_keys": {
            "user_id": user, "key": "k", "fingerprint": "f", "subject_id": user, "created_at": ended,
        },
        "announcements": {"title": "t", "body": "b", "recipients": 1, "waiting": [], "created_at": ended},
        "login_failures": {"subject": uuid4().hex, "count": 1, "last_at": ended},
        "sessions": {
            "user_id": user, "refresh_hash": uuid4().bytes, "generation": 0, "created_at": now, "last_seen_at": now,
            "expires_at": future, "ends_at": future, "revoked_at": ended,
        },
        "invites": {"token_hash": uuid4().bytes, "permissions": [], "created_at": now, "expires_at": ended},
        "webhook_receipts": {
            "source": "SEERR", "type": "t", "outcome": "APPLIED", "content_hash": "h", "payload": "{}",
            "received_at": ended, "processed_at": now,
        },
        "plex_logins": {
            "token_hash": uuid4().bytes, "pin_id": 1, "created_at": now, "expires_at": future, "used_at": ended,
        },
        "password_resets": {
            "user_id": user, "token_hash": uuid4().bytes, "created_at": now, "expires_at": future, "used_at": ended,
        },
    }  # fmt: skip
    await insert(table, id=uuid4(), **rows[table])


class TestPrune:
    @pytest.mark.parametrize("ageing", AGEING, ids=lambda ageing: ageing.table)
    async def test_what_is_old_goes_and_nothing_else(
        self, ageing: retention.Ageing, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(retention, "_BATCH", 2)
        now = datetime.now(UTC)
        for _ in range(3):
            await make(ageing.table, now - ageing.keep - timedelta(minutes=1))
        await make(ageing.table, now - ageing.keep + timedelta(minutes=1))
        await make(ageing.table, now + timedelta(days=1))
        assert await prune() == {known.table: 3 if known is ageing else 0 for known in AGEING}
        assert (await prune())[ageing.table] == 0
