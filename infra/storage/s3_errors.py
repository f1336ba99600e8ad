"""The failures of an S3 as ours."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from collections.abc import Set as AbstractSet
from typing import Any

from infra.storage.base import StorageError, StorageFullError

_FULL = {"XMinioStorageFull", "InsufficientStorage", "507"}
NO_SUCH_KEY = {"404", "NoSuchKey"}
NO_BUCKET = {"404", "NoSuchBucket"}
_WRONG_KEY = {"403", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"}
UPLOAD_IS_OVER = {"NoSuchUpload"}
BUCKET_IS_THERE = {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}


@contextlib.asynccontextmanager
async def explained(*, fine: AbstractSet[str] = frozenset(), seconds: float | None = None) -> AsyncIterator[None]:
    """Failures of the codes in `fine` are none. What must not wait for the bytes of a file has `seconds`."""
    from aiohttp import ClientError as ConnectionFailure  # noqa: PLC0415
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    try:
        async with asyncio.timeout(seconds):
            yield
    except ClientError as error:
        if code_of(error) in fine:
            return
        raise _refusal(code_of(error)) from error
    except TimeoutError as error:
        raise StorageError("The object store does not answer.") from error
    except (BotoCoreError, ConnectionFailure) as error:
        raise StorageError(f"The object store cannot be reached: {type(error).__name__}.") from error


def _refusal(code: str) -> StorageError:
    if code in _FULL:
        return StorageFullError("The object store is full.")
    if code == "NoSuchBucket":
        return no_bucket()
    if code in _WRONG_KEY:
        return StorageError(f"The object store refuses the access key or its secret: {code}.")
    return StorageError(f"The object store refused: {code}.")


def no_bucket() -> StorageError:
    return StorageError("The object store has no bucket of this name.")


def code_of(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", "unknown"))
