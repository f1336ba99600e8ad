"""Rows are what Tortoise would make of the same values: of made-up ones for every table, and of real queries."""

import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from asyncpg.pgproto import pgproto
from tortoise import Model, Tortoise, fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.data import CharEnumFieldInstance
from tortoise.functions import Lower
from tortoise.queryset import QuerySet

from medianest.wiring.backbone import Backbone
from models.actor import SYSTEM, Permission
from models.base import Row
from models.downloads import Download
from models.events import DomainEvent, EventType
from models.hydration import Hydrated
from models.users import User
from tests.factories.downloads import make_download
from tests.factories.people import make_user

KEY = pgproto.UUID("0199aa00-0000-7000-8000-000000000001")
NOW = datetime(2026, 1, 31, 18, 30, 0, 123456, tzinfo=UTC)


def tables() -> list[type[Hydrated]]:
    return [table for name, table in Tortoise.apps["models"].items() if name != "Aerich"]


def value_of(column: fields.Field[Any]) -> object:
    """As the driver hands it over."""
    if isinstance(column, CharEnumFieldInstance):
        return list(column.enum_type)[-1].value
    if isinstance(column, fields.JSONField):
        return '{"a": [1, null, "ü"]}'
    known: dict[type, object] = {
        fields.UUIDField: KEY,
        fields.DatetimeField: NOW,
        fields.DateField: date(2026, 1, 31),
        ArrayField: ["one", "two"],
        fields.BinaryField: b"\0\xff",
        fields.BooleanField: True,
        fields.FloatField: 0.5,
        fields.IntField: 7,
    }
    return next((value for kind, value in known.items() if isinstance(column, kind)), "text")


def record(table: type[Model], *, without_nulls: bool = True) -> dict[str, Any]:
    columns = {name: table._meta.fields_map[name] for name in table._meta.fields_db_projection}
    return {name: value_of(column) if without_nulls or not column.null else None for name, column in columns.items()}


def by_tortoise(table: type[Model], values: dict[str, Any]) -> Any:
    return Model._init_from_db.__func__(table, **values)  # type: ignore[attr-defined]


def held(row: Any) -> Any:
    """What there is in a row, and of what kind, down to the rows that came with it."""
    if isinstance(row, list):
        return [held(each) for each in row]
    if isinstance(row, Model):
        return type(row), {name: held(value) for name, value in vars(row).items()}
    return type(row), row


class TestHydration:
    async def test_every_table_is_made_as_tortoise_makes_it(self, base: Backbone) -> None:
        for table in tables():
            for without_nulls in (True, False):
                values = record(table, without_nulls=without_nulls)
                assert held(table._init_from_db(**values)) == held(by_tortoise(table, values))

    async def test_no_table_needs_tortoise_for_it(self, base: Backbone, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delattr(Model, "_init_from_db")
        assert all(table._init_from_db(**record(table), more=1) for table in tables())

    async def test_columns_too_few_or_too_many_change_nothing_for_the_others(self, base: Backbone) -> None:
        whole = record(Download)
        for values in ({"id": KEY, "status": "FAILED"}, {}, whole | {"sort_key": 1}):
            row = Download._init_from_db(**values)
            assert held(row) == held(by_tortoise(Download, values))
            assert row._partial is (values.keys() < whole.keys())

    async def test_a_value_that_an_enum_does_not_have_is_refused(self, base: Backbone) -> None:
        with pytest.raises(ValueError, match="'NEWER' is not a valid DownloadStatus"):
            Download._init_from_db(**record(Download) | {"status": "NEWER"})

    async def test_queries_answer_what_they_do_without_it(
        self, base: Backbone, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        user = await make_user(Permission.MANAGE_USERS)
        await make_download(user.id, title="A film")
        async with base.work.begin(SYSTEM) as transaction:
            transaction.record(EventType.USER_CHANGED, user.id, user.snapshot(), owner_id=None)
        questions: list[QuerySet[Any]] = [
            User.annotate(lowered=Lower("email")),
            Download.all().only("id", "status", "created_at"),
            Download.all().select_related("owner", "profile"),
            Download.all().only("title", "owner__username").select_related("owner"),
            DomainEvent.all(),
        ]
        answers = [held(await question) for question in questions]
        monkeypatch.delattr(Hydrated, "_init_from_db")
        assert answers == [held(await question) for question in questions]


class TestSnapshots:
    async def test_they_give_the_row_back_but_for_its_secrets(self, base: Backbone) -> None:
        for table in tables():
            if not issubclass(table, Row):
                continue
            for without_nulls in (True, False):
                row = table._init_from_db(**record(table, without_nulls=without_nulls))
                secrets = {name: table._meta.fields_map[name].default for name in table.secret_columns}
                restored = table.restore(json.loads(json.dumps(row.snapshot())))
                assert held(restored) == held(by_tortoise(table, vars(row) | secrets))

    async def test_what_one_does_not_know_is_as_in_a_new_row(self, base: Backbone) -> None:
        row = User.restore({"email": "ada@example.org", "access_changed": True})
        assert isinstance(row.id, UUID)
        assert (row.email, row.is_active, row.permissions, row.last_login_at) == ("ada@example.org", True, [], None)
        assert row.permissions is not User.restore({}).permissions
        assert not hasattr(row, "access_changed")

    async def test_they_are_json_values_without_secrets(self, base: Backbone) -> None:
        row = Download(owner_id=KEY, url="https://a.example", canonical_url="https://a.example", created_at=NOW)
        row.lease, row.started_at = uuid4(), NOW
        snapshot = row.snapshot()
        assert snapshot.keys() == Download._meta.fields_db_projection.keys() - {"lease"}
        assert type(snapshot["status"]) is str
        assert (snapshot["status"], snapshot["owner_id"], snapshot["started_at"], snapshot["stage"]) == (
            "QUEUED", str(KEY), "2026-01-31T18:30:00.123456+00:00", None,
        )  # fmt: skip
