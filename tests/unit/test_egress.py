import asyncio

import pytest

from infra.http.egress import EgressPolicy, ForbiddenAddressError, NotAnUrlError

PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450:4001::1"]

CLOSED = [
    "0.0.0.0",  # noqa: S104
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",  # IPv4-compatible
    "::ffff:127.0.0.1",  # IPv4-mapped
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",  # NAT64
    "64:ff9b:1::1",
    "100::1",
    "2001::1",  # Teredo
    "2001:10::1",
    "2001:db8::1",
    "2002:7f00:1::",  # 6to4
    "3fff::1",
    "4000::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]


class TestPermitsAddress:
    @pytest.mark.parametrize("address", PUBLIC)
    def test_public_addresses_are_open(self, address: str) -> None:
        assert EgressPolicy().permits_address(address)

    @pytest.mark.parametrize("address", CLOSED)
    def test_everything_else_is_closed(self, address: str) -> None:
        assert not EgressPolicy().permits_address(address)

    def test_an_allowed_network_is_open_and_its_neighbours_are_not(self) -> None:
        policy = EgressPolicy(("192.168.1.0/24", "fd00::5", "10.1.2.3"))
        assert policy.permits_address("192.168.1.77")
        assert policy.permits_address("fd00::5")
        assert policy.permits_address("10.1.2.3")
        assert not policy.permits_address("192.168.2.1")
        assert not policy.permits_address("fd00::6")

    def test_an_allowed_address_does_not_open_its_disguises(self) -> None:
        assert not EgressPolicy(("127.0.0.1",)).permits_address("::ffff:127.0.0.1")

    def test_an_allowed_name_may_lead_anywhere_and_no_other_name_with_it(self) -> None:
        policy = EgressPolicy(("Plex.Home.",))
        assert policy.permits("plex.home", "192.168.1.5")
        assert not policy.permits("evil.example", "192.168.1.5")


class TestCheckUrl:
    @pytest.mark.parametrize(
        ("url", "normal"),
        [
            ("https://example.com/watch?v=1#t", "https://example.com/watch?v=1#t"),
            ("  HTTPS://EXAMPLE.com/A ", "https://example.com/A"),
            ("http://example.com:8080", "http://example.com:8080"),
            ("http://bücher.example/", "http://xn--bcher-kva.example/"),
            ("http://134744072/", "http://8.8.8.8/"),
            ("http://[2606:4700:0::1111]:81/", "http://[2606:4700::1111]:81/"),
        ],
    )
    def test_normal_form(self, url: str, normal: str) -> None:
        assert EgressPolicy().check_url(url) == normal

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "example.com",
            "--exec=id",
            "-o http://example.com",
            "ftp://example.com/",
            "file:///etc/passwd",
            "data:video/mp4;base64,AAAA",
            "javascript:alert(1)",
            "ytsearch:cats",
            "http://",
            "http:///path",
            "http://user@example.com/",
            "http://user:secret@example.com/",
            "http://@example.com/",
            "http://good.example\\@127.0.0.1/",
            "http://exa mple.com/",
            "http://example.com/\r\nHost: evil",
            "http://example.com/\x00",
            "http://exam\u200bple.com/",
            "http://example.com:99999/",
            "http://example.com:0/",
            "http://[::1/",
            "http://[nonsense]/",
            "http://a..b/",
            "http://example.com./",
            "http://example.com/" + "x" * 2048,
        ],
    )
    def test_what_is_no_web_address(self, url: str) -> None:
        with pytest.raises(NotAnUrlError):
            EgressPolicy().check_url(url)

    @pytest.mark.parametrize(
        "host",
        [
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0x7f.0.0.1",
            "0177.0.0.1",
            "017700000001",
            "0",
            "10.1",
            "3232235777",
            "127。0。0。1",
            "①②⑦.⓪.⓪.①",
            "169.254.169.254",
            "localhost",
            "LOCALHOST",
            "api.localhost",
            "[::1]",
            "[::]",
            "[::ffff:10.0.0.1]",
            "[fe80::1%25eth0]",
            "[64:ff9b::7f00:1]",
        ],
    )
    def test_spellings_of_private_addresses(self, host: str) -> None:
        with pytest.raises(ForbiddenAddressError):
            EgressPolicy().check_url(f"http://{host}/")

    def test_allowed_hosts_pass(self) -> None:
        policy = EgressPolicy(("localhost", "127.0.0.0/8"))
        assert policy.check_url("http://localhost:32400/") == "http://localhost:32400/"
        assert policy.check_url("http://127.1/") == "http://127.0.0.1/"


@pytest.fixture
async def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}

    async def getaddrinfo(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        return [(0, 0, 0, "", (address, port)) for address in table[host]]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
    return table


class TestResolve:
    async def test_only_public_addresses_come_back(self, names: dict[str, list[str]]) -> None:
        names["mixed.example"] = ["192.168.0.1", "8.8.8.8", "::1", "8.8.8.8"]
        assert await EgressPolicy().resolve("mixed.example", 443) == ["8.8.8.8"]

    async def test_a_name_that_leads_inside_only_is_refused(self, names: dict[str, list[str]]) -> None:
        names["rebind.example"] = ["10.0.0.1"]
        with pytest.raises(ForbiddenAddressError, match=r"rebind\.example"):
            await EgressPolicy().resolve("rebind.example", 80)

    async def test_an_allowed_name_keeps_all(self, names: dict[str, list[str]]) -> None:
        names["plex.home"] = ["10.0.0.1"]
        assert await EgressPolicy(("plex.home",)).resolve("plex.home", 80) == ["10.0.0.1"]

    async def test_the_loopback_by_its_real_name(self) -> None:
        with pytest.raises(ForbiddenAddressError):
            await EgressPolicy().resolve("localhost", 80)
