"""Who really calls, when a reverse proxy stands in between."""

from collections.abc import Awaitable, Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

Address = IPv4Address | IPv6Address

_SCHEMES = {"http": {"http": "http", "https": "https"}, "websocket": {"http": "ws", "https": "wss"}}


class TrustedProxies:
    """Believes `X-Forwarded-For` and `X-Forwarded-Proto` when they come from a proxy named in the settings.

    The caller is the last hop that is not itself such a proxy: what stands before it, anybody may have written.
    """

    def __init__(self, app: ASGIApp, networks: Iterable[str]) -> None:
        self._app = app
        self._networks = [ip_network(network, strict=False) for network in networks]

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] in _SCHEMES and (peer := _peer(scope)) is not None:
            headers = Headers(scope=scope)
            if self._trusts(peer):
                peer = self._caller(peer, ",".join(headers.getlist("x-forwarded-for")))
                said = headers.get("x-forwarded-proto", "").lower()
                scope["scheme"] = _SCHEMES[scope["type"]].get(said, scope["scheme"])
            scope["client"] = (str(peer), scope["client"][1])
        return self._app(scope, receive, send)

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self._networks)

    def _caller(self, peer: Address, hops: str) -> Address:
        caller = peer
        for hop in reversed(hops.split(",")):
            address = _address(hop)
            if address is None:  # what no proxy would write: nothing before it can be believed either
                break
            caller = address
            if not self._trusts(address):
                break
        return caller


def _peer(scope: Scope) -> Address | None:
    client = scope.get("client")
    return _address(client[0]) if client else None


def _address(text: str) -> Address | None:
    """The address of `1.2.3.4`, `1.2.3.4:80`, `::1` or `[::1]:80`. IPv4 inside of IPv6 is IPv4."""
    host = text.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ip_address(host)
    except ValueError:
        return None
    return (address.ipv4_mapped if isinstance(address, IPv6Address) else None) or address
