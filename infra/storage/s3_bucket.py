"""Whether a bucket of S3 is there, and what is in it: an answer to HEAD has no body that would tell what is absent."""

from typing import Any

from infra.storage.s3_errors import BUCKET_IS_THERE, NO_BUCKET, NO_SUCH_KEY, code_of, no_bucket

_HOME_REGION = "us-east-1"  # where a bucket is made when no place is named


async def see_bucket(client: Any, bucket: str) -> None:
    """Raises StorageError when there is none."""
    try:
        await client.head_bucket(Bucket=bucket)
    except client.exceptions.ClientError as error:
        if code_of(error) in NO_BUCKET:
            raise no_bucket() from error
        raise


async def make_bucket(client: Any, bucket: str, region: str) -> None:
    """Where there is none."""
    try:
        await client.head_bucket(Bucket=bucket)
    except client.exceptions.ClientError as error:
        if code_of(error) not in NO_BUCKET:
            raise
    else:
        return
    where = {} if region == _HOME_REGION else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    try:
        await client.create_bucket(Bucket=bucket, **where)
    except client.exceptions.ClientError as error:
        if code_of(error) not in BUCKET_IS_THERE:
            raise


async def head_object(client: Any, bucket: str, key: str) -> dict[str, Any] | None:
    """None when there is no such object. Raises StorageError when there is no bucket."""
    try:
        found: dict[str, Any] = await client.head_object(Bucket=bucket, Key=key)
    except client.exceptions.ClientError as error:
        if code_of(error) not in NO_SUCH_KEY:
            raise
        await see_bucket(client, bucket)
        return None
    return found
