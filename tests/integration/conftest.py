"""What stands around several of our parts at once."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from medianest.wiring.backbone import Backbone
from services.hub import Hub


@pytest.fixture
async def hub(base: Backbone) -> AsyncIterator[Hub]:
    """That follows the event log, and is woken by Redis."""
    hub = Hub(base.cache, base.pubsub)
    await hub.start()
    running = asyncio.create_task(hub.run())
    while not base.pubsub.is_connected:
        await asyncio.sleep(0.01)
    yield hub
    running.cancel()
