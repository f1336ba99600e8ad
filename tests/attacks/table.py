"""Every attack by its name, `class: attack`."""

from collections.abc import Mapping
from typing import TypeVar

from tests.attacks.http.bodies import BODIES
from tests.attacks.http.documents import DOCUMENTS
from tests.attacks.http.heads import HEADS
from tests.attacks.http.tokens import TOKENS
from tests.attacks.sockets.classes import SOCKETS

T = TypeVar("T")


def _rows(classes: Mapping[str, Mapping[str, T]]) -> dict[str, T]:
    return {f"{kind}: {name}": attack for kind, attacks in classes.items() for name, attack in attacks.items()}


_HTTP = {**DOCUMENTS, **BODIES, **HEADS, **TOKENS}
CLASSES = {*_HTTP, *SOCKETS}
HTTP, SOCKET = _rows(_HTTP), _rows(SOCKETS)
