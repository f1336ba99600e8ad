"""The two object stores there can be, as the settings have them."""

from infra.storage.base import Storage
from infra.storage.local import LocalStorage
from infra.storage.s3 import S3Account, S3Storage
from medianest.settings import Settings


def local_store(settings: Settings) -> Storage:
    return LocalStorage(settings.data_dir / "objects")


def s3_store(settings: Settings) -> Storage | None:
    """None when no S3 is set up."""
    if settings.s3_endpoint is None:
        return None
    if settings.s3_access_key is None or settings.s3_secret_key is None:
        raise ValueError("settings without S3 keys were let through")
    return S3Storage(
        S3Account(
            endpoint=settings.s3_endpoint,
            public_endpoint=settings.s3_public_endpoint or settings.s3_endpoint,
            region=settings.s3_region,
            bucket=settings.s3_bucket,
            access_key=settings.s3_access_key,
            secret_key=settings.s3_secret_key.get_secret_value(),
        )
    )
