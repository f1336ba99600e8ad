"""One attack, and in a few words what came of it."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from tests.attacks.attack import CLOSED, HttpAttack, SocketAttack, World
from tests.attacks.raw import (
    HANDSHAKE,
    Answer,
    Opcode,
    Streams,
    answer,
    close_code,
    connected,
    exchange,
    frame,
    frames,
    message,
    play,
)

_STILL_THERE = frame(b"last", Opcode.PING)


async def attempt_http(address: tuple[str, int], attack: HttpAttack, world: World) -> str:
    """Raises TimeoutError."""
    sent = attack.sent(world) if callable(attack.sent) else attack.sent
    script = [sent] if isinstance(sent, bytes) else sent
    async with connected(address) as streams:
        answers = await exchange(streams, script, len(attack.statuses))
    codes = _codes(answers[-1]) if attack.code and answers else set()
    statuses = [answer.status for answer in answers]
    return _described([*statuses, *([CLOSED] if len(statuses) < len(attack.statuses) else [])], codes)


def should(attack: HttpAttack | SocketAttack) -> str:
    """What must come of it."""
    if isinstance(attack, HttpAttack):
        return _described(attack.statuses, {attack.code} if attack.code else set())
    if attack.status:
        return str(attack.status)
    if attack.code:
        return f"error {attack.code}"
    if attack.closes:
        return f"closed with {attack.closes}"
    return "closed" if attack.handshake and not attack.init else "goes on"


def _described(statuses: Sequence[int], codes: set[str]) -> str:
    return " ".join([*(str(status) if status else "closed" for status in statuses), *sorted(codes)])


def _codes(found: Answer) -> set[str]:
    """Of all errors; an answer that is no GraphQL JSON, or an error without its correlation id, gives itself away."""
    try:
        return {_code(error) for error in json.loads(found.body)["errors"]}
    except (ValueError, KeyError, TypeError):
        return {f"no errors: {found.body[:60]!r}"}


def _code(error: Any) -> str:
    return str(error["extensions"]["code"]) if error["extensions"]["correlationId"] else "no correlation id"


async def attempt_socket(address: tuple[str, int], attack: SocketAttack, world: World) -> str:
    """Raises TimeoutError."""
    sent = attack.sent(world) if callable(attack.sent) else attack.sent
    goes_on = attack.closes is None and attack.code is None
    opening = [message("connection_init")] if attack.init else []
    async with connected(address) as streams:
        reader, writer = streams
        writer.write(attack.handshake or HANDSHAKE)
        try:
            opened = await answer(reader)
        except (ConnectionError, asyncio.IncompleteReadError):
            return "closed"
        if opened.status != 101:
            return str(opened.status)
        sending = asyncio.create_task(play(writer, [*opening, *sent, *([_STILL_THERE] if goes_on else [])]))
        try:
            return await _end(streams, wants_error=attack.code is not None)
        finally:
            sending.cancel()
            await asyncio.wait([sending])


async def _end(streams: Streams, *, wants_error: bool) -> str:
    async for opcode, payload in frames(streams[0]):
        if opcode == Opcode.CLOSE:
            return f"closed with {close_code(payload)}"
        if opcode == Opcode.PONG and payload == b"last":
            return "goes on"
        if opcode == Opcode.TEXT and wants_error and (errors := _errors(json.loads(payload))):
            return f"error {' '.join(sorted({_code(error) for error in errors}))}"
    return "closed"


def _errors(told: dict[str, Any]) -> list[Any]:
    """Of an `error`, or of a `next` that has some."""
    payload = told.get("payload")
    return payload if isinstance(payload, list) else (payload or {}).get("errors", [])
