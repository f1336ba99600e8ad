"""Connections that lead only where the egress policy allows: the address that was checked is the one connected to."""

import asyncio
import contextlib
import functools
import socket
import ssl
from collections.abc import Iterable

import httpcore2
import httpx2
from typing_extensions import override

from infra.http.egress import EgressPolicy

_MAX_CONNECTIONS = 20
_MAX_IDLE_CONNECTIONS = 5
_IDLE_SECONDS = 15


class GuardedTransport(httpx2.AsyncHTTPTransport):
    """httpx2's own transport over a pool that connects through the guard. Knows no proxies.

    The base class's constructor is left out on purpose: it would make a pool without the guard, and should a later
    version keep its pool under another name, requests fail instead of going around it.
    """

    def __init__(self, policy: EgressPolicy, tls: ssl.SSLContext | None = None) -> None:
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=tls or _default_tls(),
            max_connections=_MAX_CONNECTIONS,
            max_keepalive_connections=_MAX_IDLE_CONNECTIONS,
            keepalive_expiry=_IDLE_SECONDS,
            network_backend=_GuardedNetwork(policy),
        )


class _GuardedNetwork(httpcore2.AsyncNetworkBackend):
    """TLS and the Host header are made from the name elsewhere; here it only becomes an address, once."""

    def __init__(self, policy: EgressPolicy) -> None:
        self._policy = policy
        self._network = httpcore2.AnyIOBackend()

    @override
    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Raises ForbiddenAddressError, besides httpcore2's errors. Several addresses are tried in turn."""
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._policy.resolve(host, port)
                share = None if timeout is None else timeout / len(addresses)
                for address in addresses[:-1]:
                    with contextlib.suppress(httpcore2.ConnectError, httpcore2.ConnectTimeout):
                        return await self._network.connect_tcp(address, port, share, local_address, socket_options)
                return await self._network.connect_tcp(addresses[-1], port, share, local_address, socket_options)
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout(error) from error
        except (socket.gaierror, UnicodeError) as error:
            raise httpcore2.ConnectError(error) from error


@functools.cache
def _default_tls() -> ssl.SSLContext:
    """One for all clients: to load the certificate authorities takes long."""
    return httpx2.create_ssl_context()
