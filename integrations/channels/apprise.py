"""Messages by Apprise, to public services that it knows.

Apprise opens its own connections, behind the back of the egress guard. So only services are let through whose server
no address can choose, and no address with parameters, which could name templates on our disk.
"""

import asyncio
import re
from collections.abc import Iterable

from infra.http.egress import NotAnUrlError
from infra.http.errors import UpstreamTimeoutError, UpstreamUnreachableError
from integrations.channels.base import LIMITS, Message, RefusedError, SecretError

PUBLIC_SERVICES = frozenset({"discord", "pbul", "pover", "prowl", "slack", "spush", "tgram", "wxteams"})

_ADDRESS = re.compile(r"([a-z]+)://[A-Za-z0-9/:@#+._~%-]{1,500}")


class AppriseSender:
    def __init__(self, services: Iterable[str] = PUBLIC_SERVICES) -> None:
        self._services = frozenset(services)

    def check(self, target: str, secret: str | None) -> str:
        if secret is not None:
            raise SecretError("Apprise has no secret beside its address.")
        match = _ADDRESS.fullmatch(target.strip())
        if match is None:
            raise NotAnUrlError("This is not an address of Apprise; parameters behind a ? are not taken.")
        if match[1] not in self._services:
            raise NotAnUrlError(f"Only these services can be used: {', '.join(sorted(self._services))}.")
        if _plugin(match[0]) is None:
            raise NotAnUrlError("Apprise does not understand this address.")
        return match[0]

    def lane(self, target: str) -> str:
        return target.partition(":")[0]

    async def send(self, target: str, secret: str | None, message: Message) -> None:
        lane = self.lane(target)
        try:
            self.check(target, secret)
        except ValueError as error:
            raise RefusedError(lane, str(error)) from error
        try:
            async with asyncio.timeout(LIMITS.total_seconds):
                is_sent = await asyncio.to_thread(_notify, target, message)
        except TimeoutError as error:
            raise UpstreamTimeoutError(lane) from error
        if not is_sent:
            raise UpstreamUnreachableError(lane)


def _plugin(target: str) -> object | None:
    import apprise  # noqa: PLC0415  (slow to import, and an extra)

    plugin: object | None = apprise.Apprise.instantiate(target)
    return plugin


def _notify(target: str, message: Message) -> bool:
    plugin: object = _plugin(target)
    return bool(plugin.notify(title=message.title, body=message.body or message.title))  # type: ignore[attr-defined]
