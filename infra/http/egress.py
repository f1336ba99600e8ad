"""The one guard on what this server may connect to: only public addresses, unless an administrator allowed more.

`check_url` judges the text of an address, `resolve` what its name leads to. The caller connects to the addresses that
`resolve` returned and asks again on every redirect, or a name that changes its mind gets through.
"""

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit, urlunsplit

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

MAX_URL_LENGTH = 2048

# `ipaddress.is_global` differs between Python versions and misses several of these, so the tables are ours:
# the IANA special-purpose registries, read strictly.
_CLOSED_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this host
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, where clouds keep their metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
# Global unicast is one block. What lies outside (unique local, link-local, multicast, IPv4-mapped, NAT64 …) is closed.
_OPEN_V6 = IPv6Network("2000::/3")
_CLOSED_V6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # Teredo and other protocol assignments
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address in disguise
        "2620:4f:8000::/48",
        "3fff::/20",  # documentation
    )
)
_CHARACTERS_NEVER_IN_A_URL = frozenset(' \\<>"')


class NotAnUrlError(ValueError):
    """Not an http or https address that this server would open; the text says why."""


class ForbiddenAddressError(OSError):
    """An address this server does not connect to. An OSError, because to a network library the connection failed."""

    def __init__(self, host: str) -> None:
        super().__init__(f"{host} is not a public internet address; an administrator can allow it.")


@dataclass(frozen=True)
class EgressPolicy:
    """`allow` holds host names, addresses and CIDR networks that are let through although they are not public."""

    allow: Sequence[str] = ()

    def permits_address(self, address: str | Address) -> bool:
        ip = ip_address(address)
        return _is_public(ip) or any(ip in network for network in self._networks)

    def permits(self, host: str, address: str | Address) -> bool:
        """Whether `address` may be connected to as `host`: an allowed name may lead anywhere."""
        return _bare(host) in self._names or self.permits_address(address)

    def check_url(self, url: str) -> str:
        """The address in its normal form. Raises NotAnUrlError or ForbiddenAddressError; asks no name server."""
        parts = _split(url.strip())
        host = _ascii_host(parts)
        literal = _literal(host)
        if literal is not None:
            if not self.permits_address(literal):
                raise ForbiddenAddressError(host)
            host = f"[{literal}]" if literal.version == 6 else str(literal)  # noqa: PLR2004
        elif host not in self._names and (host == "localhost" or host.endswith(".localhost")):
            raise ForbiddenAddressError(host)
        netloc = host if parts.port is None else f"{host}:{parts.port}"
        return _short(urlunsplit((parts.scheme, netloc, parts.path, parts.query, parts.fragment)))

    async def resolve(self, host: str, port: int) -> list[str]:
        """The addresses of `host` that may be connected to.

        Raises ForbiddenAddressError when none is left, socket.gaierror when the name leads nowhere.
        """
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = dict.fromkeys(str(entry[4][0]) for entry in found)
        permitted = [address for address in addresses if self.permits(host, address)]
        if not permitted:
            raise ForbiddenAddressError(host)
        return permitted

    @cached_property
    def _networks(self) -> tuple[Network, ...]:
        return tuple(network for network in map(_network, self.allow) if network is not None)

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(_bare(entry) for entry in self.allow if _network(entry) is None)


def _is_public(ip: Address) -> bool:
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in _CLOSED_V4)
    return ip in _OPEN_V6 and ip.scope_id is None and not any(ip in network for network in _CLOSED_V6)


def _network(entry: str) -> Network | None:
    try:
        return ip_network(entry.strip().strip("[]"), strict=False)
    except ValueError:
        return None


def _bare(name: str) -> str:
    return name.strip().lower().rstrip(".")


def _short(url: str) -> str:
    """Also asked of the normal form, which can be longer than what was pasted."""
    if len(url) > MAX_URL_LENGTH:
        raise NotAnUrlError(f"The address is longer than {MAX_URL_LENGTH} characters.")
    return url


def _split(url: str) -> SplitResult:
    _short(url)
    if any(character in _CHARACTERS_NEVER_IN_A_URL or not character.isprintable() for character in url):
        raise NotAnUrlError("The address contains a character that no web address has.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotAnUrlError("This is not a web address.") from None
    if parts.scheme not in {"http", "https"}:
        raise NotAnUrlError("The address must begin with http:// or https://.")
    if not parts.hostname or port == 0:
        raise NotAnUrlError("The address names no server.")
    if parts.username is not None or parts.password is not None:
        raise NotAnUrlError("The address must not contain a user name or a password.")
    return parts


def _ascii_host(parts: SplitResult) -> str:
    """As the name server is asked for it: look-alike digits and dots become plain ones."""
    host = parts.hostname or ""
    if ":" in host:
        return host
    try:
        plain = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise NotAnUrlError("The address names no server.") from None
    if plain.endswith(".") or "%" in plain:
        raise NotAnUrlError("The address names no server.")
    return plain


def _literal(host: str) -> Address | None:
    """The address that `host` spells, also as `127.1`, `0x7f000001` or `2130706433`; None for a name."""
    if ":" in host:
        try:
            return ip_address(host)
        except ValueError:
            raise NotAnUrlError("The address names no server.") from None
    try:
        return IPv4Address(socket.inet_aton(host))
    except OSError:
        return None
