import asyncio
import datetime as dt
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from redis.asyncio import Redis

from infra.http.breaker import DEFAULT_RULES, CircuitBreaker
from infra.http.circuit import BreakerRules, Phase
from infra.http.client import OutgoingClient, OutgoingLimits
from infra.http.egress import EgressPolicy

KEY = "k3y-that-nobody-else-may-see"
LIMITS = OutgoingLimits(
    connect_seconds=0.5, read_seconds=0.3, total_seconds=3, max_bytes=100_000, backoff_seconds=0.001
)
RULES = BreakerRules(threshold=3, successes=2, pause_seconds=0.05, longest_pause_seconds=60, probe_seconds=10)
"""For tests that wait: a pause is over soon."""


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    async with Redis.from_url(redis_url) as connected:
        yield connected


Connect = Callable[..., OutgoingClient]


@pytest.fixture
async def connect(redis: Redis) -> AsyncIterator[Connect]:
    """Clients that are closed with the test. They may go to 127.0.0.1 unless told otherwise."""
    opened: list[OutgoingClient] = []

    def client(
        base_url: str, *, allow: tuple[str, ...] = ("127.0.0.1",), rules: BreakerRules = DEFAULT_RULES, **more: Any
    ) -> OutgoingClient:
        breaker = CircuitBreaker("films", redis, rules)
        options: dict[str, Any] = {"limits": LIMITS, "headers": {"X-Api-Key": KEY}} | more
        opened.append(OutgoingClient(base_url, EgressPolicy(allow), breaker, **options))
        return opened[-1]

    yield client
    for each in opened:
        await each.close()


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What names lead to: one address a lookup, the last one for ever."""
    known: dict[str, list[str]] = {}
    ask = socket.getaddrinfo

    def lookup(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in known:
            return ask(host, port, *args, **kwargs)
        address = known[name].pop(0) if len(known[name]) > 1 else known[name][0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    return known


@dataclass(frozen=True)
class Tls:
    server: ssl.SSLContext
    client: ssl.SSLContext
    asked_names: list[str | None]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "secure.test")])
    today = dt.datetime.now(dt.UTC)
    names = [x509.DNSName("secure.test"), x509.IPAddress(ipaddress.ip_address("127.0.0.2"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "secure.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def tls(certificate: Path) -> Tls:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)
    asked: list[str | None] = []
    server.sni_callback = lambda _socket, name, _context: asked.append(name)
    return Tls(server, ssl.create_default_context(cafile=str(certificate)), asked)


async def until(breaker: CircuitBreaker, expected: Phase) -> None:
    async with asyncio.timeout(3):
        while (await breaker.state()).state is not expected:
            await asyncio.sleep(0.01)
