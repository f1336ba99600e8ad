"""The object store in MinIO or any other S3, by aioboto3."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from typing_extensions import override

from infra.http.disposition import content_disposition
from infra.storage.base import Arrival, Door, Link, Served, Storage, StorageError, StorageFullError
from infra.storage.blocks import blocks

_FULL = {"XMinioStorageFull", "InsufficientStorage", "507"}
_BUCKET_IS_THERE = {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}
_ABSENT = {"404", "NoSuchKey", "NoSuchBucket"}
_UPLOAD_IS_OVER = {"NoSuchUpload"}
_HOME_REGION = "us-east-1"  # where a bucket is made when no place is named
_DELETE_BATCH = 1_000
_PART_BYTES = 16 * 1024**2  # with 10,000 parts at most, a file may have 156 GiB
_SINGLE_BYTES = 64 * 1024**2  # what people send in one piece at most, and the size of their parts
_MOST_ADDRESSES = 100  # to sign one takes a third of a millisecond
_READ_BYTES = 1024**2


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
        await self.write(key, _contents(source), mime_type=mime_type)
        await asyncio.to_thread(source.unlink)

    @override
    async def write(self, key: str, chunks: AsyncIterator[bytes], *, mime_type: str | None = None) -> None:
        extra = {"ContentType": mime_type} if mime_type else {}
        target = {"Bucket": self._account.bucket, "Key": key}
        async with _explained():
            client = await self._client(self._account.endpoint)
            upload = {**target, "UploadId": (await client.create_multipart_upload(**target, **extra))["UploadId"]}
            try:
                parts = await _send_parts(client, upload, chunks)
                await client.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
            except BaseException:
                await client.abort_multipart_upload(**upload)
                raise

    @override
    async def invite(self, key: str, arrival: Arrival) -> Door | None:
        target = {"Bucket": self._account.bucket, "Key": key}
        async with _explained():
            public = await self._client(self._account.public_endpoint)
            if arrival.bytes > _SINGLE_BYTES:
                return await self._invite_parts(public, target, arrival)
            # a browser says by itself how long its body is; signed, it can be no other
            signed = {**target, "ContentType": arrival.mime_type, "ContentLength": arrival.bytes}
            address = await public.generate_presigned_url(
                "put_object", Params=signed, ExpiresIn=arrival.expires_in_seconds
            )
            return Door([address], {"Content-Type": arrival.mime_type}, arrival.bytes)

    async def _invite_parts(self, public: Any, target: dict[str, str], arrival: Arrival) -> Door:
        client = await self._client(self._account.endpoint)
        begun = await client.create_multipart_upload(**target, ContentType=arrival.mime_type)
        part_bytes = max(_SINGLE_BYTES, -(-arrival.bytes // _MOST_ADDRESSES))
        addresses = [
            await public.generate_presigned_url(
                "upload_part",
                Params={
                    **target,
                    "UploadId": begun["UploadId"],
                    "PartNumber": number + 1,
                    "ContentLength": min(part_bytes, arrival.bytes - number * part_bytes),
                },
                ExpiresIn=arrival.expires_in_seconds,
            )
            for number in range(-(-arrival.bytes // part_bytes))
        ]
        return Door(addresses, {}, part_bytes, begun["UploadId"])

    @override
    async def join(self, key: str, upload_id: str, size: int) -> bool:
        upload = {"Bucket": self._account.bucket, "Key": key, "UploadId": upload_id}
        async with _explained(fine=_UPLOAD_IS_OVER):
            client = await self._client(self._account.endpoint)
            found = (await client.list_parts(**upload)).get("Parts", [])
            if sum(part["Size"] for part in found) != size:
                return False
            parts = [{"PartNumber": part["PartNumber"], "ETag": part["ETag"]} for part in found]
            await client.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
        return True

    @override
    async def abandon(self, key: str, upload_id: str) -> None:
        async with _explained(fine=_UPLOAD_IS_OVER):
            client = await self._client(self._account.endpoint)
            await client.abort_multipart_upload(Bucket=self._account.bucket, Key=key, UploadId=upload_id)

    @override
    async def copy(self, source: str, target: str) -> bool:
        bucket = self._account.bucket
        async with _explained(fine=_ABSENT):
            client = await self._client(self._account.endpoint)
            await client.copy_object(Bucket=bucket, Key=target, CopySource={"Bucket": bucket, "Key": source})
            return True
        return False

    @override
    async def read(self, key: str) -> AsyncIterator[bytes]:
        async with _explained(fine=_ABSENT):
            client = await self._client(self._account.endpoint)
            found = await client.get_object(Bucket=self._account.bucket, Key=key)
            async with found["Body"] as body:
                async for chunk in body.content.iter_chunked(_READ_BYTES):
                    yield chunk

    @override
    async def serve(self, key: str, link: Link) -> Served | None:
        async with _explained(fine=_ABSENT):
            client = await self._client(self._account.endpoint)
            await client.head_object(Bucket=self._account.bucket, Key=key)
            public = await self._client(self._account.public_endpoint)
            parameters = {"Bucket": self._account.bucket, "Key": key}
            if not link.head:
                # what it was sent as is somebody's word
                parameters["ResponseContentType"] = link.mime_type
                parameters["ResponseContentDisposition"] = content_disposition(link.disposition, link.filename)
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
    async def room(self) -> int | None:
        return None

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


async def _contents(source: Path) -> AsyncIterator[bytes]:
    with source.open("rb") as file:
        while block := await asyncio.to_thread(file.read, _READ_BYTES):
            yield block


async def _send_parts(client: Any, upload: dict[str, str], chunks: AsyncIterator[bytes]) -> list[dict[str, Any]]:
    """One part after the other: what is in memory is one part, whatever the size of the file. An empty file is one."""
    parts: list[dict[str, Any]] = []

    async def send(body: bytes) -> None:
        number = len(parts) + 1
        answer = await client.upload_part(**upload, PartNumber=number, Body=body)
        parts.append({"PartNumber": number, "ETag": answer["ETag"]})

    async for block in blocks(chunks, _PART_BYTES):
        await send(block)
    if not parts:
        await send(b"")
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
async def _explained(*, fine: AbstractSet[str] = frozenset()) -> AsyncIterator[None]:
    """Failures of the codes in `fine` are none."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    try:
        yield
    except ClientError as error:
        if _code(error) in fine:
            return
        kind = StorageFullError if _code(error) in _FULL else StorageError
        raise kind(f"The object store refused: {_code(error)}.") from error
    except BotoCoreError as error:
        raise StorageError(f"The object store cannot be reached: {type(error).__name__}.") from error


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", "unknown"))
