"""The same disk as we see it and as Plex does: it may run in another container, or on another machine."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath, PurePosixPath, PureWindowsPath
from typing import Self


@dataclass(frozen=True, slots=True)
class PathMap:
    """Pairs of our folder and Plex's. Without any, both see the same; with some, Plex sees nothing else of ours."""

    pairs: tuple[tuple[PurePosixPath, PurePath], ...] = ()

    @classmethod
    def parse(cls, written: Iterable[str]) -> Self:
        """Of `/our/library=/plex/path`. Raises ValueError with a sentence."""
        return cls(tuple(map(parse_mapping, written)))

    def to_plex(self, path: PurePosixPath) -> str | None:
        """As Plex calls it; None for what it does not see. Of nested folders the innermost counts."""
        if not self.pairs:
            return str(path)
        found = [pair for pair in self.pairs if path.is_relative_to(pair[0])]
        if not found:
            return None
        ours, theirs = max(found, key=lambda pair: len(pair[0].parts))
        return str(theirs.joinpath(*path.relative_to(ours).parts))


def parse_mapping(text: str) -> tuple[PurePosixPath, PurePath]:
    """What `/our/library=/plex/path` says; Plex's may be a Windows path. Raises ValueError with a sentence."""
    written, _, elsewhere = text.partition("=")
    ours, theirs = PurePosixPath(written.strip()), _path(elsewhere.strip())
    if not ours.is_absolute() or not theirs.is_absolute() or ".." in (*ours.parts, *theirs.parts):
        raise ValueError("must be whole paths, ours and Plex's, such as /our/library=/plex/library")
    return ours, theirs


def _path(text: str) -> PurePath:
    windows = PureWindowsPath(text)
    return windows if windows.is_absolute() else PurePosixPath(text)
