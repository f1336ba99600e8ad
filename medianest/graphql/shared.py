"""One answer for everybody who asked the same: an event is executed and encoded once, not once for each subscriber."""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

from graphql import DocumentNode, FieldNode, FragmentDefinitionNode, Node, OperationDefinitionNode, Visitor, visit
from websockets.frames import Frame, Opcode

from medianest.graphql import wire
from medianest.graphql.executors import Compiled

_KEPT_EVENTS = 32


class Packed(NamedTuple):
    """A message as a websocket frame. `is_shared`: these bytes are everybody's who asked the same by the same ID."""

    content: bytes
    is_shared: bool


class Answer:
    """A result as it is sent. `is_shared`: nobody asked who `asker` is, so that it is everybody's answer."""

    __slots__ = ("_asker", "_packed", "_payload", "failed", "is_shared")

    def __init__(self, result: dict[str, Any], asker: object = None, *, is_shared: bool = False) -> None:
        self.failed = "errors" in result
        self._payload = wire.encode(result)
        self.is_shared = is_shared
        self._asker = asker
        self._packed: dict[str, Packed] = {}

    def is_for(self, asker: object) -> bool:
        return self.is_shared or self._asker is asker

    def message(self, id: str) -> bytes:
        return b'{"id":%b,"type":"next","payload":%b}' % (wire.encode(id), self._payload)

    def packed(self, id: str) -> Packed:
        """Made once for all who chose the same ID, as most programs do."""
        packed = self._packed.get(id)
        if packed is None:
            frame = Frame(Opcode.TEXT, self.message(id)).serialize(mask=False)
            packed = self._packed[id] = Packed(frame, self.is_shared)
        return packed


Execute = Callable[[object], Answer | Awaitable[Answer]]
"""Answers an event."""


@dataclass(slots=True, weakref_slot=True, eq=False)
class Question:
    """One subscription with all that its answers depend on, whoever asks it. `executor` makes those of its events."""

    executor: Compiled | None = None
    _asked: OrderedDict[int, tuple[object, "Answer | asyncio.Task[Answer]"]] = field(default_factory=OrderedDict)

    def at_once(self, event: object, asker: object, execute: Execute) -> Answer | None:
        """The answer, if there is one without waiting."""
        asked = self._asked.get(id(event))
        if asked is None:
            found = execute(event)
            asked = (event, found if isinstance(found, Answer) else asyncio.ensure_future(found))
            self._asked[id(event)] = asked
            while len(self._asked) > _KEPT_EVENTS:
                self._asked.popitem(last=False)
        answer = asked[1]
        return answer if isinstance(answer, Answer) and answer.is_for(asker) else None

    async def in_time(self, event: object, asker: object, execute: Execute) -> Answer:
        answer = self.at_once(event, asker, execute)
        if answer is None:
            made = self._asked[id(event)][1]
            answer = made if isinstance(made, Answer) else await asyncio.shield(made)
            if not answer.is_for(asker):
                own = execute(event)
                answer = own if isinstance(own, Answer) else await own
        return answer


class Channel(NamedTuple):
    """What writes frames for the operation with this ID without waiting, or says that it cannot."""

    id: str
    write: Callable[[bytes], bool]


class Outlet:
    """Answers one subscriber without waiting. Those of one `audience` send the same where it is shared."""

    __slots__ = ("_asker", "_execute", "_id", "_question", "audience", "send")

    def __init__(self, question: Question, asker: object, execute: Execute, channel: Channel) -> None:
        self.audience = (question, channel.id)
        self.send = channel.write
        self._question, self._asker, self._execute, self._id = question, asker, execute, channel.id

    def message(self, event: object) -> Packed | None:
        try:
            answer = self._question.at_once(event, self._asker, self._execute)
        except Exception:  # noqa: BLE001  (their reader will meet it again and say so; nobody else has to)
            return None
        return None if answer is None or answer.failed else answer.packed(self._id)


class Questions:
    """Those that somebody is asking now."""

    def __init__(self) -> None:
        self._open: WeakValueDictionary[tuple[object, ...], Question] = WeakValueDictionary()

    def find(self, text: str, name: str | None, variables: dict[str, Any], names: frozenset[str]) -> Question:
        """`names` are the variables that answers depend on."""
        values = {key: value for key, value in variables.items() if key in names}
        key = (text, name, json.dumps(values, sort_keys=True))
        question = self._open.get(key)
        if question is None:
            question = self._open[key] = Question()
        return question


def answering_variables(document: DocumentNode, operation: OperationDefinitionNode) -> frozenset[str]:
    """The variables that the answers of a subscription depend on: all but those that only choose its events."""
    found = _Variables()
    for node in document.definitions:
        if isinstance(node, FragmentDefinitionNode):
            visit(node, found)
    for selection in operation.selection_set.selections:
        parts: list[Node | None] = [selection]
        if isinstance(selection, FieldNode):
            parts = [*(selection.directives or ()), selection.selection_set]
        for part in filter(None, parts):
            visit(part, found)
    return frozenset(found.names)


class _Variables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_variable(self, node: Any, *_: Any) -> None:
        self.names.add(node.name.value)
