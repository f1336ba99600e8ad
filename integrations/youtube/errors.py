"""What yt-dlp's messages mean: which failure it is, whether trying again can help, and what the person can do."""

import re
from dataclasses import dataclass
from datetime import datetime

from integrations.youtube.base import FailureCode, FetchError

MAX_MESSAGE_LENGTH = 300


@dataclass(frozen=True, slots=True)
class _Advice:
    retryable: bool
    hint: str | None = None


_ADVICE = {
    FailureCode.UNAVAILABLE: _Advice(retryable=False, hint="Check the address in a browser."),
    FailureCode.PRIVATE: _Advice(retryable=False, hint="The video can only be seen by people who are logged in there."),
    FailureCode.AGE_RESTRICTED: _Advice(retryable=False, hint="The site shows this video only to confirmed adults."),
    FailureCode.MEMBERS_ONLY: _Advice(retryable=False, hint="The site shows this video only to paying members."),
    FailureCode.GEO_BLOCKED: _Advice(retryable=False, hint="The site does not show this video in this country."),
    FailureCode.BOT_CHECK: _Advice(
        retryable=True, hint="The site takes this server for a robot. Wait some hours before the next try."
    ),
    FailureCode.THROTTLED: _Advice(retryable=True, hint="The site asks for a pause; it is tried again later."),
    FailureCode.NETWORK: _Advice(retryable=True),
    FailureCode.TIMEOUT: _Advice(retryable=True),
    FailureCode.NO_FORMAT: _Advice(retryable=False, hint="Choose another container, or none."),
    FailureCode.DISK_FULL: _Advice(retryable=True, hint="Free some space on the disk of the server."),
    FailureCode.CONVERSION: _Advice(retryable=False, hint="Choose another container or audio format."),
    FailureCode.LIVE_NOT_STARTED: _Advice(retryable=True, hint="It is fetched once the stream has been shown."),
    FailureCode.UNSUPPORTED: _Advice(retryable=False, hint="Paste the address of the page of one video."),
    FailureCode.FORBIDDEN_ADDRESS: _Advice(
        retryable=False, hint="An administrator can allow the host with MEDIANEST_OUTGOING_ALLOW."
    ),
    FailureCode.TOO_LARGE: _Advice(retryable=False, hint="Choose a smaller height, or sound only."),
    FailureCode.QUOTA_EXCEEDED: _Advice(
        retryable=False, hint="Retry it when older downloads have stopped counting, or choose a smaller height."
    ),
    FailureCode.INTERNAL: _Advice(retryable=True),
}

# The first match decides, so what is certain stands before what is vague.
_MEANINGS: tuple[tuple[FailureCode, str], ...] = (
    (FailureCode.DISK_FULL, r"no space left on device|disk quota exceeded"),
    (FailureCode.FORBIDDEN_ADDRESS, r"is not a public internet address"),
    (FailureCode.CONVERSION, r"(post|pre)processing: |conversion failed|ffmpeg (is not installed|not found)"),
    (FailureCode.BOT_CHECK, r"not a bot|captcha|anti-bot"),
    (FailureCode.THROTTLED, r"HTTP Error 429|rate.?limit|below throttle limit"),
    (FailureCode.AGE_RESTRICTED, r"confirm your age|age.?(restricted|verification)"),
    (FailureCode.MEMBERS_ONLY, r"members?[ -]only|channel(.s)? members|join this channel|premium members"),
    (FailureCode.GEO_BLOCKED, r"geo.?(restrict|block)|HTTP Error 451"),
    (FailureCode.GEO_BLOCKED, r"(not|unavailable)[^.]* (in|from) your (country|region|location|area)"),
    (FailureCode.PRIVATE, r"(is|this is a|be) private|private video|registered users|password|HTTP Error 401"),
    (FailureCode.PRIVATE, r"log ?in( is)? required|(sign|log) ?in to|--cookies"),
    (FailureCode.LIVE_NOT_STARTED, r"premieres in|live event will begin|(not|n.t) started|not currently live"),
    (FailureCode.NO_FORMAT, r"requested format is not available|no video formats found|DRM protect"),
    (FailureCode.UNSUPPORTED, r"unsupported URL|no suitable extractor|is not a valid URL"),
    # links to the media itself expire: the next attempt asks the page for fresh ones
    (FailureCode.NETWORK, r"(unable to download video data|got error): HTTP Error 4(03|04|10)|fragment \d+ not found"),
    (FailureCode.NETWORK, r"HTTP Error 5\d\d"),
    (FailureCode.UNAVAILABLE, r"HTTP Error 4(04|10)|unavailable|no longer available|n.t exist|not exist|not found"),
    (FailureCode.UNAVAILABLE, r"(been|was) (removed|deleted)|account .*(terminated|suspended|closed)"),
    (FailureCode.THROTTLED, r"HTTP Error 403"),
    (FailureCode.TIMEOUT, r"timed out"),
    (FailureCode.NETWORK, r"unable to download|connection|resolve|SSL|network is unreachable"),
    (FailureCode.NETWORK, r"incompleteread|bytes read|content too short|did not get any data|file is empty"),
)
_PATTERNS = tuple((code, re.compile(pattern, re.IGNORECASE)) for code, pattern in _MEANINGS)

_NOISE = (
    re.compile(r"\x1b\[[0-9;]*m"),
    re.compile(r"^ERROR: "),
    re.compile(r"^\[[\w:.+-]+\] (\S+: )?"),  # [extractor] video-id:
    re.compile(r"; ?please report this issue on .*", re.DOTALL),
    re.compile(r"\(caused by .*", re.DOTALL),
    re.compile(r"^.*failed to establish a new connection: ", re.IGNORECASE),
    re.compile(r"\.? ?(Use|See|Try) +(--|https?:).*", re.DOTALL),  # advice for the command line
)


def failure(code: FailureCode, message: str, *, retry_at: datetime | None = None) -> FetchError:
    advice = _ADVICE[code]
    return FetchError(code, message, hint=advice.hint, retryable=advice.retryable, retry_at=retry_at)


def classify(message: str) -> FetchError:
    """The failure that a message of yt-dlp stands for; INTERNAL when nobody has met it yet."""
    code = next((code for code, pattern in _PATTERNS if pattern.search(message)), FailureCode.INTERNAL)
    return failure(code, _plain(message))


def _plain(message: str) -> str:
    for noise in _NOISE:
        message = noise.sub("", message)
    return " ".join(message.split())[:MAX_MESSAGE_LENGTH] or "The download failed without a message."
