"""`/metrics` in Prometheus' text format: what this process did and holds, and how long the queue is."""

import asyncio
import hmac
import os
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from medianest import __version__

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
MAX_NAMES = 100
"""Operation names are the clients' own; from then on new ones are counted together, as `other`."""

LOOP_TICK_SECONDS = 0.02
_MAX_NAME = 64
_COUNT_SECONDS = 2.0
_PASSED_ON = frozenset({"x-forwarded-for", "forwarded", "via"})
_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Labels = tuple[tuple[str, str], ...]
Count = Callable[[], Awaitable[Mapping[str, int]]]
"""How many there are of each kind. Whatever it raises, its lines are left out."""
Family = tuple[str, str]
"""The name of a metric, and that of the label which tells its kinds apart."""
ReadServices = Callable[[], Awaitable[Iterable[tuple[str, bool, float]]]]
"""Each service's name, whether it is up, and how many seconds its last answer took."""


@dataclass(slots=True)
class _Times:
    buckets: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    total: float = 0.0

    def add(self, seconds: float) -> None:
        self.buckets[bisect_left(BUCKETS, seconds)] += 1
        self.total += seconds


class Metrics:
    """Counts the operations of this process since its start."""

    def __init__(self) -> None:
        self._started_at = time.time()
        self._names: set[str] = set()
        self._operations: Counter[Labels] = Counter()
        self._errors: Counter[Labels] = Counter()
        self._times: dict[Labels, _Times] = {}
        self._delays = _Times()

    def observe(self, kind: str, name: str, seconds: float, failed: bool) -> None:
        labels = (("type", kind), ("operation", self._bounded(name)))
        self._operations[labels] += 1
        self._errors[labels] += failed
        if kind != "subscription":  # one lasts as long as somebody watches
            self._times.setdefault(labels, _Times()).add(seconds)

    async def watch_loop(self) -> None:
        """How long the event loop kept everybody waiting by what it computed itself: a machine that is busy with other
        things makes it late too, but leaves it no time to compute.
        """
        while True:
            due, computed = time.monotonic() + LOOP_TICK_SECONDS, time.thread_time()
            await asyncio.sleep(LOOP_TICK_SECONDS)
            late = time.monotonic() - due
            self._delays.add(max(0.0, min(late, time.thread_time() - computed)))

    def _bounded(self, name: str) -> str:
        if name not in self._names:
            if len(self._names) >= MAX_NAMES or len(name) > _MAX_NAME:
                return "other"
            self._names.add(name)
        return name

    def text(
        self,
        gauges: Mapping[str, int],
        counted: Mapping[Family, Mapping[str, int]],
        services: Iterable[tuple[str, bool, float]] = (),
    ) -> str:
        labelled = [((("service", name),), is_up, seconds) for name, is_up, seconds in services]
        return "".join(
            [
                *_family("medianest_info", "gauge", {(("version", __version__),): 1}),
                *_family("medianest_operations_total", "counter", self._operations),
                *_family("medianest_operation_errors_total", "counter", self._errors),
                *_histogram("medianest_operation_duration_seconds", self._times),
                *_histogram("medianest_event_loop_delay_seconds", {(): self._delays}),
                *(line for name, value in gauges.items() for line in _family(name, "gauge", {(): value})),
                *(
                    line
                    for (name, label), counts in counted.items()
                    for line in _family(name, "gauge", {((label, kind),): count for kind, count in counts.items()})
                ),
                *_family("medianest_service_up", "gauge", {labels: int(is_up) for labels, is_up, _ in labelled}),
                *_family("medianest_service_latency_seconds", "gauge", {labels: took for labels, _, took in labelled}),
                *_process(self._started_at),
            ]
        )


def metrics_route(
    metrics: Metrics,
    *,
    token: str | None,
    gauges: Mapping[str, Callable[[], int]],
    counts: Mapping[Family, Count],
    read_services: ReadServices,
) -> Route:
    """For whoever sends `token`; without one for callers on this machine only."""

    async def serve(request: Request) -> PlainTextResponse:
        if token is not None and not _has_token(request, token):
            return PlainTextResponse("Send the metrics token.\n", 401, {"WWW-Authenticate": "Bearer"})
        if token is None and not _is_local(request):
            return PlainTextResponse("Only for this machine: set MEDIANEST_METRICS_TOKEN.\n", 403)
        services, counted = await asyncio.gather(
            read_services(), asyncio.gather(*(_counted(count) for count in counts.values()))
        )
        values = {name: count() for name, count in gauges.items()}
        text = metrics.text(values, dict(zip(counts, counted, strict=True)), services)
        return PlainTextResponse(text, headers={"Content-Type": _CONTENT_TYPE, "Cache-Control": "no-store"})

    return Route("/metrics", serve)


def _has_token(request: Request, token: str) -> bool:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())


def _is_local(request: Request) -> bool:
    """Not what a proxy on this machine passes on: that is somebody else's, trusted proxy or not."""
    if request.client is None or _PASSED_ON.intersection(request.headers):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False


async def _counted(count: Count) -> Mapping[str, int]:
    try:
        async with asyncio.timeout(_COUNT_SECONDS):
            return await count()
    except Exception:  # noqa: BLE001  (whatever it is: the rest is worth telling, most of all now)
        return {}


def _family(name: str, kind: str, values: Mapping[Labels, float]) -> Iterator[str]:
    if values:
        yield f"# TYPE {name} {kind}\n"
        yield from (_line(name, labels, value) for labels, value in values.items())


def _histogram(name: str, families: Mapping[Labels, _Times]) -> Iterator[str]:
    if families:
        yield f"# TYPE {name} histogram\n"
    for labels, times in families.items():
        below = 0
        for limit, count in zip((*map(str, BUCKETS), "+Inf"), times.buckets, strict=True):
            below += count
            yield _line(f"{name}_bucket", (*labels, ("le", limit)), below)
        yield _line(f"{name}_sum", labels, times.total)
        yield _line(f"{name}_count", labels, below)


def _process(started_at: float) -> Iterable[str]:
    """Under the names that every Prometheus client uses; memory and files where Linux tells them."""
    usage = os.times()
    yield from _family("process_start_time_seconds", "gauge", {(): started_at})
    yield from _family("process_cpu_seconds_total", "counter", {(): usage.user + usage.system})
    own = Path("/proc/self")
    if own.exists():
        resident_pages = int((own / "statm").read_text(encoding="ascii").split()[1])
        yield from _family("process_resident_memory_bytes", "gauge", {(): resident_pages * os.sysconf("SC_PAGESIZE")})
        yield from _family("process_open_fds", "gauge", {(): len(list((own / "fd").iterdir()))})


def _line(name: str, labels: Labels, value: float) -> str:
    """Labels hold GraphQL names and words of ours: nothing that would have to be escaped."""
    inside = ",".join(f'{key}="{text}"' for key, text in labels)
    return f"{name}{{{inside}}} {value}\n" if inside else f"{name} {value}\n"
