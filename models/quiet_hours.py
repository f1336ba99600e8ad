"""The hours in which a person wants to be left alone."""

import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from models.errors import ValidationError

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` until `end`, as the clock on the wall in `time_zone` shows them; over midnight too."""

    start: str
    end: str
    time_zone: str

    @classmethod
    def checked(cls, start: str, end: str, time_zone: str) -> Self:
        """Raises ValidationError."""
        for name, clock in (("start", start), ("end", end)):
            if not _CLOCK.fullmatch(clock):
                raise ValidationError("A time looks like 22:30.", path=("hours", name), constraint="time")
        if start == end:
            raise ValidationError("Quiet hours end at another time than they begin.", path=("hours", "end"))
        try:
            ZoneInfo(time_zone)
        except (ValueError, OSError, LookupError):
            raise ValidationError(
                "A time zone has a name such as Europe/Vienna.", path=("hours", "timeZone"), constraint="time_zone"
            ) from None
        return cls(start, end, time_zone)

    def as_json(self) -> dict[str, str]:
        return asdict(self)

    def end_after(self, moment: datetime) -> datetime | None:
        """When the quiet ends that holds at `moment`; None while there is none."""
        zone = ZoneInfo(self.time_zone)
        here = moment.astimezone(zone)
        start, end, now = time.fromisoformat(self.start), time.fromisoformat(self.end), here.time()
        is_quiet = start <= now < end if start < end else now >= start or now < end
        if not is_quiet:
            return None
        day = here.date() if now < end else here.date() + timedelta(days=1)
        return datetime.combine(day, end, zone).astimezone(UTC)
