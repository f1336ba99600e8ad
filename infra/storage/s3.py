"""The object store in MinIO or any other S3, by aioboto3."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from typing_extensions import override

from infra.storage.base import Link, Served, Storage, StorageError, StorageFullError

_FULL = {"XMinioStorageFull", "InsufficientStorage", "507"}
_BUCKET_IS_THERE = {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}
_ABSENT = {"404", "NoSuchKey", "NoSuchBucket"}
_HOME_REGION = "us-east-1"  # where a bucket is made when no place is named
_DELETE_BATCH = 1_000
_PART_BYTES = 16 * 1024**2  # with 10,000 parts at most, a file may have 156 GiB


@dataclass(frozen=True, slots=True)
class S3Account:
    """`public_endpoint` is the address under which people's browsers reach the store: signatures cover the host."""

    endpoint: str
    public_endpoint: str
    region: str
    bucket: str
    access_key: str
    secret_key: str = field(repr=False)


class S3Storage(Storage):
    def __init__(self, account: S3Account) -> None:
        self._account = account
        self._resources = contextlib.AsyncExitStack()
        self._clients: dict[str, Any] = {}
        self._opening = asyncio.Lock()

    @override
    async def put(self, key: str, source: Path, *, mime_type: str | None = None) -> None:
        extra = {"ContentType": mime_type} if mime_type else {}
        target = {"Bucket": self._account.bucket, "Key": key}
        async with _explained():
            client = await self._client(self._account.endpoint)
            upload = {**target, "UploadId": (await client.create_multipart_upload(**target, **extra))["UploadId"]}
            try:
                parts = await _send_parts(client, upload, source)
                await client.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
            except BaseException:
                await client.abort_multipart_upload(**upload)
                raise
        await asyncio.to_thread(source.unlink)

    @override
    async def serve(self, key: str, link: Link) -> Served | None:
        async with _explained(absent_is_fine=True):
            client = await self._client(self._account.endpoint)
            await client.head_object(Bucket=self._account.bucket, Key=key)
            public = await self._client(self._account.public_endpoint)
            parameters = {"Bucket": self._account.bucket, "Key": key}
            if not link.head:
                parameters["ResponseContentDisposition"] = (
                    f"{link.disposition}; filename*=UTF-8''{quote(link.filename)}"
                )
            # the signature covers the method too
            operation = "head_object" if link.head else "get_object"
            address = await public.generate_presigned_url(
                operation, Params=parameters, ExpiresIn=link.expires_in_seconds
            )
            return Served(address=address)
        return None

    @override
    async def delete(self, keys: Sequence[str]) -> None:
        async with _explained():
            client = await self._client(self._account.endpoint)
            for start in range(0, len(keys), _DELETE_BATCH):
                batch = [{"Key": key} for key in keys[start : start + _DELETE_BATCH]]
                await client.delete_objects(Bucket=self._account.bucket, Delete={"Objects": batch, "Quiet": True})

    @override
    async def check(self) -> None:
        """Also makes the bucket where there is none."""
        async with _explained():
            client = await self._client(self._account.endpoint)
            try:
                await client.head_bucket(Bucket=self._account.bucket)
            except client.exceptions.ClientError as error:
                if _code(error) not in _ABSENT:
                    raise
                await self._make_bucket(client)

    async def _make_bucket(self, client: Any) -> None:
        region = self._account.region
        where = {} if region == _HOME_REGION else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        try:
            await client.create_bucket(Bucket=self._account.bucket, **where)
        except client.exceptions.ClientError as error:
            if _code(error) not in _BUCKET_IS_THERE:
                raise

    @override
    async def close(self) -> None:
        await self._resources.aclose()

    async def _client(self, endpoint: str) -> Any:
        async with self._opening:
            if endpoint not in self._clients:
                self._clients[endpoint] = await self._resources.enter_async_context(_connect(self._account, endpoint))
            return self._clients[endpoint]


async def _send_parts(client: Any, upload: dict[str, str], source: Path) -> list[dict[str, Any]]:
    """One part after the other: what is in memory is one part, whatever the size of the file."""
    parts: list[dict[str, Any]] = []
    with source.open("rb") as file:
        while (body := await asyncio.to_thread(file.read, _PART_BYTES)) or not parts:
            number = len(parts) + 1
            answer = await client.upload_part(**upload, PartNumber=number, Body=body)
            parts.append({"PartNumber": number, "ETag": answer["ETag"]})
    return parts


def _connect(account: S3Account, endpoint: str) -> contextlib.AbstractAsyncContextManager[Any]:
    # Imported here: together they take a quarter of a second, and only a server with S3 needs them.
    import aioboto3  # noqa: PLC0415
    from botocore.config import Config  # noqa: PLC0415

    client: contextlib.AbstractAsyncContextManager[Any] = aioboto3.Session().client(
        "s3",
        endpoint_url=endpoint,
        region_name=account.region,
        aws_access_key_id=account.access_key,
        aws_secret_access_key=account.secret_key,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            connect_timeout=3,
            read_timeout=30,
            retries={"max_attempts": 3, "mode": "standard"},
        ),
    )
    return client


@contextlib.asynccontextmanager
async def _explained(*, absent_is_fine: bool = False) -> AsyncIterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    try:
        yield
    except ClientError as error:
        if absent_is_fine and _code(error) in _ABSENT:
            return
        kind = StorageFullError if _code(error) in _FULL else StorageError
        raise kind(f"The object store refused: {_code(error)}.") from error
    except BotoCoreError as error:
        raise StorageError(f"The object store cannot be reached: {type(error).__name__}.") from error


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", "unknown"))
