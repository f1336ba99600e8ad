"""One answer for everybody who asked the same: an event is executed and encoded once, not once for each subscriber."""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakValueDictionary

from graphql import DocumentNode, FieldNode, FragmentDefinitionNode, Node, OperationDefinitionNode, Visitor, visit
from websockets.frames import Frame, Opcode

from medianest.graphql import wire
from medianest.graphql.executors import Compiled

_KEPT_EVENTS = 32


class Answer:
    """A result as it is sent."""

    __slots__ = ("_frames", "failed", "text")

    def __init__(self, result: dict[str, Any]) -> None:
        self.failed = "errors" in result
        self.text = wire.encode(result)
        self._frames: dict[str, bytes] = {}

    def message(self, id: str) -> str:
        return f'{{"id":{wire.encode(id)},"type":"next","payload":{self.text}}}'

    def frame(self, id: str) -> bytes:
        """The message as a websocket frame: the same bytes for all who chose the same ID, as most programs do."""
        frame = self._frames.get(id)
        if frame is None:
            frame = self._frames[id] = Frame(Opcode.TEXT, self.message(id).encode()).serialize(mask=False)
        return frame


@dataclass(frozen=True, slots=True)
class Outcome:
    """`is_shared`: nobody asked who `asker` is, so that it is everybody's answer."""

    answer: Answer
    is_shared: bool
    asker: object


Execute = Callable[[], Outcome | Awaitable[Outcome]]


@dataclass(slots=True, weakref_slot=True)
class Question:
    """One subscription with all that its answers depend on, whoever asks it. `executor` makes those of its events."""

    executor: Compiled | None = None
    _asked: OrderedDict[int, tuple[object, "Outcome | asyncio.Task[Outcome]"]] = field(default_factory=OrderedDict)

    def at_once(self, event: object, asker: object, execute: Execute) -> Answer | None:
        """The answer, if there is one without waiting."""
        asked = self._asked.get(id(event))
        if asked is None:
            found = execute()
            asked = (event, found if isinstance(found, Outcome) else asyncio.ensure_future(found))
            self._asked[id(event)] = asked
            while len(self._asked) > _KEPT_EVENTS:
                self._asked.popitem(last=False)
        outcome = asked[1]
        return _theirs(outcome, asker) if isinstance(outcome, Outcome) else None

    async def in_time(self, event: object, asker: object, execute: Execute) -> Answer:
        answer = self.at_once(event, asker, execute)
        if answer is None:
            outcome = self._asked[id(event)][1]
            outcome = outcome if isinstance(outcome, Outcome) else await asyncio.shield(outcome)
            answer = _theirs(outcome, asker)
        if answer is None:
            own = execute()
            answer = (own if isinstance(own, Outcome) else await own).answer
        return answer


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


def _theirs(outcome: Outcome, asker: object) -> Answer | None:
    return outcome.answer if outcome.is_shared or outcome.asker is asker else None
