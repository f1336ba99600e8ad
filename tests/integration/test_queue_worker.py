import asyncio

import psycopg
import pytest

from infra.queue_worker import QueueWorker
from tests.conftest import Servers


class TestRun:
    async def test_a_database_that_is_away_is_told_at_once(self, servers: Servers) -> None:
        """Whoever is told looks again soon; the pool by itself would look after 1, 2, 4, 8, 16 seconds."""
        worker, lives = QueueWorker(servers.database("nowhere"), {}, {}, lambda _: None), asyncio.Event()
        async with asyncio.timeout(5):
            with pytest.raises(psycopg.OperationalError, match="nowhere"):
                await worker.run(lives.set)
        assert not lives.is_set()
