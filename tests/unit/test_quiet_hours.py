from datetime import UTC, datetime

import pytest

from models.errors import ValidationError
from models.quiet_hours import QuietHours

NIGHT = QuietHours.checked("23:00", "07:30", "Europe/Vienna")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class TestEndAfter:
    @pytest.mark.parametrize(
        ("now", "end"),
        [
            ("2026-01-10T21:59", None),
            ("2026-01-10T22:00", "2026-01-11T06:30"),  # 23:00 in Vienna
            ("2026-01-11T02:00", "2026-01-11T06:30"),
            ("2026-01-11T06:29", "2026-01-11T06:30"),
            ("2026-01-11T06:30", None),
            ("2026-03-28T23:00", "2026-03-29T05:30"),  # the night that is an hour shorter
            ("2026-07-10T22:00", "2026-07-11T05:30"),
        ],
    )
    def test_over_midnight(self, now: str, end: str | None) -> None:
        assert NIGHT.end_after(at(now)) == (end and at(end))

    @pytest.mark.parametrize(("now", "end"), [("2026-01-10T11:59", None), ("2026-01-10T12:00", "2026-01-10T14:00")])
    def test_within_a_day(self, now: str, end: str | None) -> None:
        assert QuietHours.checked("12:00", "14:00", "UTC").end_after(at(now)) == (end and at(end))


class TestChecked:
    @pytest.mark.parametrize(
        "hours",
        [
            ("24:00", "07:00", "UTC"),
            ("7:00", "08:00", "UTC"),
            ("07:00", "07:00", "UTC"),
            ("22:00", "07:00", "Nowhere/Land"),
            ("22:00", "07:00", "../../etc/passwd"),
            ("22:00", "07:00", ""),
        ],
    )
    def test_nonsense_is_refused(self, hours: tuple[str, str, str]) -> None:
        with pytest.raises(ValidationError):
            QuietHours.checked(*hours)
