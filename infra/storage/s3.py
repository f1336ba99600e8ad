"""The object store in MinIO or any other S3, by aioboto3."""

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from typing import Any

from typing_extensions import override

from infra.http.disposition import content_disposition
from infra.storage.base import Arrival, Door, Link, Served, Storage, StorageError, Stored
from infra.storage.blocks import blocks
from infra.storage.s3_bucket import head_object, make_bucket, see_bucket
from infra.storage.s3_errors import NO_SUCH_KEY, UPLOAD_IS_OVER, explained

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
    """What moves no bytes has `patience_seconds`, all its tries together; bytes may stand still for `data_seconds`."""

    def __init__(
        self, account: S3Account, *, patience_seconds: float = 10, data_seconds: float = 30, tries: int = 3
    ) -> None:
        self._account = account
        self._patience_seconds = patience_seconds
        self._data_seconds = data_seconds
        self._tries = tries
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
        async with explained():
            client = await self._client(self._account.endpoint)
            async with asyncio.timeout(self._patience_seconds):
                begun = await client.create_multipart_upload(**target, **extra)
            upload = {**target, "UploadId": begun["UploadId"]}
            try:
                parts = await _send_parts(client, upload, chunks)
                await client.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
            except BaseException:
                await client.abort_multipart_upload(**upload)
                raise

    @override
    async def invite(self, key: str, arrival: Arrival) -> Door | None:
        target = {"Bucket": self._account.bucket, "Key": key}
        async with explained():
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
        async with explained(fine=UPLOAD_IS_OVER):
            client = await self._client(self._account.endpoint)
            found = (await client.list_parts(**upload)).get("Parts", [])
            # one that was sent again stands there twice with some servers
            newest = {part["PartNumber"]: part for part in sorted(found, key=itemgetter("LastModified"))}
            if sum(part["Size"] for part in newest.values()) != size:
                return False
            parts = [{"PartNumber": number, "ETag": newest[number]["ETag"]} for number in sorted(newest)]
            await client.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
        return True

    @override
    async def abandon(self, key: str, upload_id: str) -> None:
        async with explained(fine=UPLOAD_IS_OVER):
            client = await self._client(self._account.endpoint)
            await client.abort_multipart_upload(Bucket=self._account.bucket, Key=key, UploadId=upload_id)

    @override
    async def copy(self, source: str, target: str) -> bool:
        bucket = self._account.bucket
        async with explained(fine=NO_SUCH_KEY):
            client = await self._client(self._account.endpoint)
            await client.copy_object(Bucket=bucket, Key=target, CopySource={"Bucket": bucket, "Key": source})
            return True
        return False

    @override
    async def read(self, key: str) -> AsyncIterator[bytes]:
        async with explained(fine=NO_SUCH_KEY):
            client = await self._client(self._account.endpoint)
            found = await client.get_object(Bucket=self._account.bucket, Key=key)
            async with found["Body"] as body:
                async for chunk in body.content.iter_chunked(_READ_BYTES):
                    yield chunk

    @override
    async def serve(self, key: str, link: Link) -> Served | None:
        async with explained(seconds=self._patience_seconds):
            client = await self._client(self._account.endpoint)
            if await head_object(client, self._account.bucket, key) is None:
                return None
            public = await self._client(self._account.public_endpoint)
            parameters = {"Bucket": self._account.bucket, "Key": key}
            if not link.head:
                # what it was sent as is somebody's word
                parameters["ResponseContentType"] = link.mime_type
                parameters["ResponseContentDisposition"] = content_disposition(link.disposition, link.filename)
                if link.never_changes:
                    parameters["ResponseCacheControl"] = "private, max-age=31536000, immutable"
            # the signature covers the method too
            operation = "head_object" if link.head else "get_object"
            address = await public.generate_presigned_url(
                operation, Params=parameters, ExpiresIn=link.expires_in_seconds
            )
            return Served(address=address)

    @override
    async def delete(self, keys: Sequence[str]) -> None:
        async with explained(seconds=self._patience_seconds):
            client = await self._client(self._account.endpoint)
            for start in range(0, len(keys), _DELETE_BATCH):
                batch = [{"Key": key} for key in keys[start : start + _DELETE_BATCH]]
                answer = await client.delete_objects(
                    Bucket=self._account.bucket, Delete={"Objects": batch, "Quiet": True}
                )
                if kept := answer.get("Errors"):
                    raise StorageError(f"The object store kept {len(kept)} objects: {kept[0].get('Code')}.")

    @override
    async def find(self, key: str) -> Stored | None:
        async with explained(seconds=self._patience_seconds):
            client = await self._client(self._account.endpoint)
            found = await head_object(client, self._account.bucket, key)
            return Stored(key, found["ContentLength"], found["LastModified"]) if found else None

    @override
    async def list(self, after: str = "", *, limit: int = 1000) -> Sequence[Stored]:
        async with explained(seconds=self._patience_seconds):
            client = await self._client(self._account.endpoint)
            found = await client.list_objects_v2(Bucket=self._account.bucket, StartAfter=after, MaxKeys=limit)
            return [Stored(one["Key"], one["Size"], one["LastModified"]) for one in found.get("Contents", ())]
        return []

    @override
    async def tidy(self, before: datetime) -> int:
        """A page of uploads at a time."""
        async with explained(fine=UPLOAD_IS_OVER):
            client = await self._client(self._account.endpoint)
            found = await client.list_multipart_uploads(Bucket=self._account.bucket)
            stale = [one for one in found.get("Uploads", ()) if one["Initiated"] < before]
            for one in stale:
                await client.abort_multipart_upload(
                    Bucket=self._account.bucket, Key=one["Key"], UploadId=one["UploadId"]
                )
            return len(stale)
        return 0

    @override
    async def room(self) -> int | None:
        return None

    @override
    async def prepare(self) -> None:
        async with explained(seconds=self._patience_seconds):
            client = await self._client(self._account.endpoint)
            await make_bucket(client, self._account.bucket, self._account.region)

    @override
    async def check(self) -> None:
        async with explained(seconds=self._patience_seconds):
            client = await self._client(self._account.endpoint)
            await see_bucket(client, self._account.bucket)

    @override
    async def close(self) -> None:
        await self._resources.aclose()

    async def _client(self, endpoint: str) -> Any:
        async with self._opening:
            if endpoint not in self._clients:
                self._clients[endpoint] = await self._resources.enter_async_context(self._connect(endpoint))
            return self._clients[endpoint]

    def _connect(self, endpoint: str) -> contextlib.AbstractAsyncContextManager[Any]:
        from botocore.config import Config  # noqa: PLC0415

        client: contextlib.AbstractAsyncContextManager[Any] = _session().client(
            "s3",
            endpoint_url=endpoint,
            region_name=self._account.region,
            aws_access_key_id=self._account.access_key,
            aws_secret_access_key=self._account.secret_key,
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                connect_timeout=3,
                read_timeout=self._data_seconds,
                retries={"max_attempts": self._tries, "mode": "standard"},
            ),
        )
        return client


@functools.cache
def _session() -> Any:
    """It reads all that S3 can do, which takes a sixth of a second, and knows nobody's account."""
    # Imported here: together they take a quarter of a second, and only a server with S3 needs them.
    import aioboto3  # noqa: PLC0415

    return aioboto3.Session()


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
