"""What goes over the pipes between us and the child: one JSON order in, one JSON message a line back."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from integrations.youtube.base import (
    FailureCode,
    FetchedFile,
    FetchError,
    FetchOrder,
    FetchProgress,
    FileKind,
    MediaInfo,
    MediaKind,
    Stage,
)

Message = MediaInfo | FetchProgress | FetchError | list[FetchedFile]


@dataclass(frozen=True, slots=True)
class Task:
    """An order with what the child must know besides: who started it, and where ffmpeg is (None: nowhere)."""

    order: FetchOrder
    ffmpeg: str | None
    parent_pid: int


def encode_task(task: Task) -> bytes:
    return json.dumps(asdict(task), default=str).encode()


def decode_task(data: bytes) -> Task:
    fields = json.loads(data)
    order = fields.pop("order")
    order["kind"] = MediaKind(order["kind"])
    order["directory"] = Path(order["directory"])
    for name in ("subtitle_languages", "allow"):
        order[name] = tuple(order[name])
    return Task(order=FetchOrder(**order), **fields)


def encode_message(message: Message) -> str:
    match message:
        case MediaInfo():
            body: dict[str, Any] = {"info": asdict(message)}
        case FetchProgress():
            body = {"progress": asdict(message)}
        case FetchError():
            retry_at = message.retry_at.isoformat() if message.retry_at else None
            body = {"error": {**vars(message), "retry_at": retry_at}}
        case files:
            body = {"files": [{**asdict(file), "path": file.path.name} for file in files]}
    return json.dumps(body)


def decode_message(line: bytes, directory: Path) -> Message | None:
    """None for a line that is none of ours. Files are looked for in `directory` only, whatever the line says."""
    try:
        ((name, body),) = json.loads(line).items()
        match name:
            case "info":
                return MediaInfo(**body)
            case "progress":
                return FetchProgress(**{**body, "stage": Stage(body["stage"])})
            case "error":
                return _error(**body)
            case "files":
                return [_file(directory, **file) for file in body]
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return None


def _error(*, code: str, message: str, hint: str | None, retryable: bool, retry_at: str | None) -> FetchError:
    starts_at = datetime.fromisoformat(retry_at) if retry_at else None
    return FetchError(FailureCode(code), message, hint=hint, retryable=retryable, retry_at=starts_at)


def _file(directory: Path, *, path: str, kind: str, language: str | None) -> FetchedFile:
    return FetchedFile(directory / Path(path).name, FileKind(kind), language)
