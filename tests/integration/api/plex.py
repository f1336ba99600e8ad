"""A server of ours with a double of Plex beside it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import SecretStr

from medianest.settings import Settings
from tests.doubles.plex import TOKEN, PlexDouble
from tests.doubles.serving import serving


@asynccontextmanager
async def with_plex(settings: Settings, double: PlexDouble, **changes: object) -> AsyncIterator[Settings]:
    async with serving(double.app()) as url:
        addresses = {"plex_url": url, "plex_account_url": url, "plex_token": SecretStr(TOKEN)}
        yield settings.model_copy(update=addresses | changes)
