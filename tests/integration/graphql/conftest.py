from collections.abc import Iterator

import httpx2
import pytest

from medianest.graphql.execution import Engine
from tests.integration.graphql.toy import Server, classify, schema, serving


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with serving(Engine(schema, classify=classify)) as server:
        yield server


@pytest.fixture(scope="session")
def client(server: Server) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=f"http://{server.host}", timeout=10) as client:
        yield client
