"""What Plex says and does, by the client over the wire, as the server behaves and as it misbehaves."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from infra.http.breaker import CircuitBreaker
from infra.http.client import OutgoingLimits
from infra.http.egress import EgressPolicy
from infra.http.errors import (
    UpstreamAnswerError,
    UpstreamError,
    UpstreamStatusError,
    UpstreamTimeoutError,
    UpstreamUnreachableError,
)
from integrations.plex import shapes
from integrations.plex.base import EntryKind, PlexEntry, PlexTokenError
from integrations.plex.demo import DemoPlex
from integrations.plex.http import HttpPlexAccounts, HttpPlexServer, PlexClient
from models.services_health import ServiceKind, ServiceStatus
from services.services_health_checks import outside_check, run_checks
from tests.doubles.plex import EPISODE, MACHINE, MOVIE, SHOW, TOKEN, Person, PlexDouble, Section
from tests.doubles.serving import serving

CLIENT = PlexClient("nest-1", "1.0")
LIMITS = OutgoingLimits(connect_seconds=1, read_seconds=0.3, total_seconds=3, backoff_seconds=0.001)


@pytest.fixture
def double() -> PlexDouble:
    return PlexDouble()


@pytest.fixture
async def url(double: PlexDouble) -> AsyncIterator[str]:
    async with serving(double.app()) as url:
        yield url


@pytest.fixture
async def plex(url: str, redis_url: str) -> AsyncIterator[HttpPlexServer]:
    async with Redis.from_url(redis_url) as redis:
        breaker = CircuitBreaker("Plex", redis)
        server = HttpPlexServer(url, TOKEN, CLIENT, EgressPolicy(("127.0.0.1",)), breaker, LIMITS)
        yield server
        await server.close()


@pytest.fixture
async def accounts(url: str, redis_url: str) -> AsyncIterator[HttpPlexAccounts]:
    async with Redis.from_url(redis_url) as redis:
        breaker = CircuitBreaker("plex.tv", redis)
        accounts = HttpPlexAccounts(url, CLIENT, EgressPolicy(("127.0.0.1",)), breaker, LIMITS)
        yield accounts
        await accounts.close()


class TestLibraries:
    async def test_the_server_says_who_it_is(self, plex: HttpPlexServer) -> None:
        identity = await plex.identity()
        assert (identity.machine_id, identity.version) == (MACHINE, "1.43.0.1")

    async def test_sections_tell_what_they_are(self, plex: HttpPlexServer, double: PlexDouble) -> None:
        double.sections = [Section("1", "Films", refreshing=True)]
        (section,) = await plex.sections()
        assert (section.key, section.title, section.kind) == ("1", "Films", "movie")
        assert section.is_refreshing
        assert section.scanned_at == datetime.fromtimestamp(1_790_000_000, UTC)

    async def test_films_come_newest_first_with_their_numbers_and_copies(
        self, plex: HttpPlexServer, double: PlexDouble
    ) -> None:
        double.add("1", MOVIE, "Old", tmdb=11)
        key = double.add("1", MOVIE, "New", tmdb=12, resolutions=("4k", "1080"), file="/media/New.mkv")
        page = await plex.entries("1", EntryKind.MOVIE, size=1)
        assert page.total == 2
        (film,) = page.entries
        assert (film.rating_key, film.tmdb_id, film.imdb_id) == (key, 12, "tt0000012")
        assert (film.has_usual, film.has_4k) == (True, True)
        assert film.files == ("/media/New.mkv", "/media/New.mkv")

    async def test_pages_go_on_where_they_ended(self, plex: HttpPlexServer, double: PlexDouble) -> None:
        keys = [double.add("1", MOVIE, f"Film {number}") for number in range(5)]
        pages = [await plex.entries("1", EntryKind.MOVIE, start=start, size=2) for start in (0, 2, 4)]
        assert [entry.rating_key for page in pages for entry in page.entries] == keys[::-1]

    async def test_episodes_name_their_series(self, plex: HttpPlexServer, double: PlexDouble) -> None:
        show = double.add_series("2", "Lights", 77, {1: 1})
        (listed,) = (await plex.entries("2", EntryKind.EPISODE)).entries
        assert (listed.show_key, listed.season, listed.number) == (show, 1, 1)
        assert await plex.leaves(show) == [listed]

    async def test_numbers_of_older_agents_are_read(self, plex: HttpPlexServer, double: PlexDouble) -> None:
        double.add("1", MOVIE, "Old", Guid=None, guid="com.plexapp.agents.themoviedb://603?lang=en")
        double.add("2", SHOW, "Older", guid="com.plexapp.agents.thetvdb://121361?lang=en")
        assert (await plex.entries("1", EntryKind.MOVIE)).entries[0].tmdb_id == 603
        assert (await plex.entries("2", EntryKind.SHOW)).entries[0].tvdb_id == 121361


class TestHealth:
    async def test_is_up_in_its_version(self, plex: HttpPlexServer) -> None:
        (sample,) = await run_checks([outside_check(ServiceKind.PLEX, "Plex", plex, "…")], datetime.now(UTC))
        assert (sample.status, sample.version) == (ServiceStatus.UP, "1.43.0.1")

    async def test_a_token_that_is_refused_is_no_health(self, plex: HttpPlexServer, double: PlexDouble) -> None:
        double.fail(401, "/library/sections")
        (sample,) = await run_checks([outside_check(ServiceKind.PLEX, "Plex", plex, "…")], datetime.now(UTC))
        assert (sample.status, sample.message) == (ServiceStatus.DOWN, "Plex refuses the token.")


class TestDemo:
    async def test_has_films_and_whole_series(self) -> None:
        demo = DemoPlex()
        films, series = await demo.sections()
        page = await demo.entries(films.key, EntryKind.MOVIE, start=1, size=1)
        assert (len(page.entries), page.total) == (1, 3)
        for show in (await demo.entries(series.key, EntryKind.SHOW)).entries:
            assert show.tmdb_id
            assert await demo.leaves(show.rating_key)


class TestScan:
    @pytest.mark.parametrize(("scans_by_post", "method"), [(False, "GET"), (True, "POST")])
    async def test_reaches_older_and_newer_servers(
        self, plex: HttpPlexServer, double: PlexDouble, scans_by_post: bool, method: str
    ) -> None:
        double.scans_by_post = scans_by_post
        await plex.scan("1", "/media/Ünï & co")
        await plex.scan("1")
        assert double.scans == [(method, "1", "/media/Ünï & co"), (method, "1", None)]

    async def test_a_section_climbs_nowhere(self, plex: HttpPlexServer, double: PlexDouble) -> None:
        with pytest.raises(UpstreamStatusError):
            await plex.scan("../../identity?x=")
        assert double.scans == []


class TestEditing:
    async def test_a_collection_is_made_once_and_joined_then(self, plex: HttpPlexServer, double: PlexDouble) -> None:
        first, second = double.add("1", MOVIE, "One"), double.add("1", MOVIE, "Two")
        for entry in (first, second, second):
            await plex.collect("1", EntryKind.MOVIE, "Talks & more", entry)
        assert list(double.collections.values()) == [("1", "Talks & more", [first, second])]

    async def test_texts_are_locked(self, plex: HttpPlexServer, double: PlexDouble) -> None:
        key = double.add("1", MOVIE, "one.mkv")
        await plex.describe("1", EntryKind.MOVIE, key, title="One = 1", summary="What & why")
        told = double.edits[key]
        assert (told["title.value"], told["title.locked"], told["type"]) == ("One = 1", "1", "1")
        assert (told["summary.value"], told["summary.locked"]) == ("What & why", "1")

    async def test_a_poster_is_sent_as_it_is(self, plex: HttpPlexServer, double: PlexDouble) -> None:
        await plex.set_poster("7", b"\xff\xd8picture")
        assert double.posters == {"7": [b"\xff\xd8picture"]}


class TestAccounts:
    async def test_a_pin_comes_to_a_token_once_confirmed(self, accounts: HttpPlexAccounts, double: PlexDouble) -> None:
        pin = await accounts.start()
        assert await accounts.token_of(pin.id) is None
        double.confirm(pin.code, "olgas-token")
        assert await accounts.token_of(pin.id) == "olgas-token"

    async def test_a_pin_that_is_over_comes_to_nothing(self, accounts: HttpPlexAccounts) -> None:
        assert await accounts.token_of(12345) is None

    async def test_people_confirm_at_plex_and_come_back(self, accounts: HttpPlexAccounts) -> None:
        pin = await accounts.start()
        url = accounts.confirm_url(pin, "https://nest.example.org/back?a=b&c")
        assert url.startswith("https://app.plex.tv/auth#?clientID=nest-1&code=")
        assert "forwardUrl=https%3A%2F%2Fnest.example.org%2Fback%3Fa%3Db%26c" in url

    async def test_an_account_and_the_servers_it_may_use(self, accounts: HttpPlexAccounts, double: PlexDouble) -> None:
        double.people["t"] = Person("uuid-1", confirmed=False, servers={MACHINE: "inside"})
        account = await accounts.account("t")
        assert (account.id, account.username, account.email) == ("uuid-1", "olga", "olga@example.org")
        assert not account.is_confirmed
        assert await accounts.server_token("t", MACHINE) == "inside"
        assert await accounts.server_token("t", "another") is None
        assert await accounts.server_token("t", "phone") is None  # a player is no server

    async def test_the_server_has_the_last_word(self, plex: HttpPlexServer, double: PlexDouble) -> None:
        double.admitted.add("inside")
        assert await plex.admits("inside")
        assert not await plex.admits("forged")

    async def test_a_token_that_ended_is_told(self, accounts: HttpPlexAccounts) -> None:
        with pytest.raises(PlexTokenError):
            await accounts.account("ended")


CALLS: dict[str, Callable[[HttpPlexServer], Awaitable[object]]] = {
    "identity": lambda plex: plex.identity(),
    "sections": lambda plex: plex.sections(),
    "entries": lambda plex: plex.entries("1", EntryKind.MOVIE),
    "leaves": lambda plex: plex.leaves("7"),
}
FAULTS: list[tuple[str | int, type[UpstreamError]]] = [
    (401, PlexTokenError),
    (403, PlexTokenError),
    (404, UpstreamStatusError),
    (429, UpstreamStatusError),
    (500, UpstreamStatusError),
    ("html", UpstreamAnswerError),
    ("null", UpstreamAnswerError),
    ("drift", UpstreamAnswerError),
    ("hang", UpstreamTimeoutError),
    ("cut", UpstreamUnreachableError),
]


class TestFaults:
    @pytest.mark.parametrize("call", CALLS)
    @pytest.mark.parametrize(("fault", "error"), FAULTS)
    async def test_each_is_a_typed_error(
        self, plex: HttpPlexServer, double: PlexDouble, call: str, fault: str | int, error: type[UpstreamError]
    ) -> None:
        double.fail(fault, times=3)
        with pytest.raises(error):
            await CALLS[call](plex)

    async def test_it_goes_on_when_the_server_does(self, plex: HttpPlexServer, double: PlexDouble) -> None:
        double.fail("cut")
        assert (await plex.identity()).machine_id == MACHINE

    async def test_what_was_done_but_not_answered_is_not_asked_twice(
        self, plex: HttpPlexServer, double: PlexDouble
    ) -> None:
        double.fail("cut after", "/collections")
        with pytest.raises(UpstreamUnreachableError):
            await plex.collect("1", EntryKind.MOVIE, "Talks", "7")
        assert len(double.collections) == 1


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "x", "tmdb://", "4k", "9" * 30]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=5,
)
FIELDS = (
    "title", "guid", "Guid", "year", "addedAt", "Media", "grandparentRatingKey", "parentIndex", "index"
)  # fmt: skip


class TestShapes:
    @given(odd=st.dictionaries(st.sampled_from(FIELDS), ODD))
    def test_an_odd_entry_is_still_an_entry(self, odd: dict[str, object]) -> None:
        answer = {"MediaContainer": {"size": 1, "Metadata": [{**odd, "ratingKey": 7}]}}
        (entry,) = shapes.page(answer).entries
        assert isinstance(entry, PlexEntry)
        assert entry.rating_key == "7"

    @given(answer=ODD | st.dictionaries(st.just("MediaContainer"), ODD))
    def test_whatever_else_is_refused(self, answer: object) -> None:
        for shape in (shapes.container, shapes.identity, shapes.page, shapes.account, shapes.server_tokens, shapes.pin):
            try:
                shape(answer)
            except (ValueError, TypeError, LookupError):
                continue

    def test_an_entry_without_a_key_is_not_passed_over(self) -> None:
        """What is left out would be taken for deleted."""
        with pytest.raises(ValueError, match="ratingKey"):
            shapes.page({"MediaContainer": {"size": 2, "Metadata": [{"ratingKey": "1"}, {"title": "Lost"}]}})


def test_what_has_the_kind_of_an_episode() -> None:
    assert (EntryKind.EPISODE, EntryKind.SHOW, EntryKind.MOVIE) == (EPISODE, SHOW, MOVIE)
