"""What is written into answers by functions of our own."""

import re
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import example, given
from hypothesis import strategies as st

from schema.node import from_global_id, to_global_id
from schema.scalars import SCALARS, Cursor

INSTANTS = st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=st.just(UTC) | st.timezones())  # noqa: DTZ001
DATE_TIME, CURSOR = SCALARS[datetime], SCALARS[Cursor]


class TestDateTime:
    @given(INSTANTS)
    def test_is_written_in_utc_to_the_microsecond(self, instant: datetime) -> None:
        assert DATE_TIME.serialize
        in_utc = instant.astimezone(UTC)
        assert DATE_TIME.serialize(instant) == in_utc.isoformat().removesuffix("+00:00") + "Z"


class TestCursor:
    @given(st.integers(0, 2**63 - 1))
    def test_is_read_as_it_was_written(self, position: int) -> None:
        assert CURSOR.serialize
        assert CURSOR.parse_value
        assert CURSOR.parse_value(CURSOR.serialize(position)) == position


class TestGlobalId:
    @example("User", UUID(int=1))
    @given(st.from_regex(r"[A-Za-z_][A-Za-z0-9_]*", fullmatch=True), st.uuids())
    def test_is_read_as_it_was_written(self, type_name: str, key: UUID) -> None:
        written = to_global_id(type_name, key)
        assert re.fullmatch(r"[A-Za-z0-9_-]+", written)
        assert from_global_id(written) == (type_name, key)
