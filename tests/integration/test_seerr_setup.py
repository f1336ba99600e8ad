from collections.abc import AsyncIterator

import pytest

from infra.http.circuit import Phase
from medianest.wiring.backbone import Backbone
from models.actor import SYSTEM, Actor, Permission
from models.audit import AuditEntry
from models.errors import (
    ConflictError,
    NotFoundError,
    PermissionDeniedError,
    UnavailableError,
    UpstreamRejectedError,
    UpstreamUnavailableError,
)
from models.identities import ExternalIdentity
from models.media_requests import MediaRequest
from models.notifications import Notification
from models.services_health import Service, ServiceKind
from models.states import MediaRequestStatus
from models.users import User
from services.seerr_adoption import Adoption
from services.seerr_import import SeerrImport, permissions_of
from services.seerr_setup import SeerrSetup, WebhookTarget
from tests.doubles import seerr as double
from tests.factories.events import recorded
from tests.factories.people import make_actor, make_user
from tests.factories.seerr import World, seerr_world

_P = Permission
TARGET = WebhookTarget("https://nest.example/webhooks/seerr", "a-secret-that-only-seerr-knows")


@pytest.fixture
async def world(base: Backbone) -> AsyncIterator[World]:
    async with seerr_world(base) as made:
        yield made


def setup_of(world: World, target: WebhookTarget | None = TARGET) -> SeerrSetup:
    return SeerrSetup(world.base.work, world.seerr, target)


@pytest.fixture
async def operator() -> Actor:
    return await make_actor(_P.MANAGE_SERVICES)


class TestInstallWebhook:
    async def test_seerr_knows_where_and_what(self, base: Backbone, world: World) -> None:
        await Service.create(kind=ServiceKind.SEERR, name="Seerr")
        actor = await make_actor(_P.MANAGE_SERVICES)
        for _ in range(2):
            await setup_of(world).install_webhook(actor)
        found = await world.seerr.get_webhook()
        assert (found.url, found.secret, found.types, found.enabled) == (TARGET.url, TARGET.secret, 222, True)
        assert [entry.action for entry in await AuditEntry.all()] == ["seerr.webhook_installed"] * 2

    async def test_an_address_of_somebody_else_stays(self, world: World, operator: Actor) -> None:
        world.there.webhook["options"] = {
            "webhookUrl": "https://chat.example/hook",
            "authHeader": "",
            "jsonPayload": '""',
        }
        with pytest.raises(ConflictError, match=r"chat\.example"):
            await setup_of(world).install_webhook(operator)
        assert world.there.webhook["options"]["webhookUrl"] == "https://chat.example/hook"

    async def test_not_without_an_address_of_our_own(self, world: World, operator: Actor) -> None:
        with pytest.raises(UnavailableError, match="MEDIANEST_PUBLIC_URL"):
            await setup_of(world, None).install_webhook(operator)
        assert world.there.calls.total() == 0

    async def test_seerr_is_away(self, world: World, operator: Actor) -> None:
        world.there.fail(500, "/settings/notifications", times=9)
        for expected in [Phase.CLOSED] * 4 + [Phase.OPEN]:
            with pytest.raises(UpstreamUnavailableError) as caught:
                await setup_of(world).install_webhook(operator)
            assert caught.value.breaker is expected

    async def test_a_key_that_seerr_refuses_is_no_outage(self, world: World, operator: Actor) -> None:
        world.there.fail(401, "/settings/notifications")
        with pytest.raises(UpstreamRejectedError, match="MEDIANEST_SEERR_API_KEY"):
            await setup_of(world).install_webhook(operator)

    async def test_nobody_elses_affair(self, world: World) -> None:
        with pytest.raises(PermissionDeniedError):
            await setup_of(world).install_webhook(await make_actor())
        assert world.there.calls.total() == 0


class TestLinkUser:
    async def test_linked_linked_again_and_unlinked(self, world: World) -> None:
        world.there.users += [double.user(7, "ada"), double.user(8, "bob")]
        actor, ada = await make_actor(_P.MANAGE_USERS), await make_user()
        for number, expected in ((7, ["7"]), (8, ["8"]), (None, [])):
            await setup_of(world).link_user(actor, ada.id, number)
            assert [each.subject for each in await ExternalIdentity.filter(user_id=ada.id)] == expected

    async def test_somebody_elses(self, world: World) -> None:
        world.there.users.append(double.user(7, "ada"))
        actor, ada, bob = await make_actor(_P.MANAGE_USERS), await make_user(), await make_user()
        await setup_of(world).link_user(actor, ada.id, 7)
        with pytest.raises(ConflictError):
            await setup_of(world).link_user(actor, bob.id, 7)
        assert (await ExternalIdentity.get()).user_id == ada.id

    async def test_nobody_there(self, world: World) -> None:
        with pytest.raises(NotFoundError, match="Seerr has no such person"):
            await setup_of(world).link_user(await make_actor(_P.MANAGE_USERS), (await make_user()).id, 7)

    async def test_seerr_is_away(self, world: World) -> None:
        world.there.fail(500, "/user", times=9)
        actor, ada = await make_actor(_P.MANAGE_USERS), await make_user()
        for expected in [Phase.CLOSED] * 4 + [Phase.OPEN]:
            with pytest.raises(UpstreamUnavailableError) as caught:
                await setup_of(world).link_user(actor, ada.id, 7)
            assert caught.value.breaker is expected
        assert await ExternalIdentity.all().count() == 0

    async def test_somebody_who_may_do_more(self, world: World) -> None:
        world.there.users.append(double.user(7, "ada"))
        with pytest.raises(PermissionDeniedError):
            await setup_of(world).link_user(await make_actor(_P.MANAGE_USERS), (await make_user(_P.ADMIN)).id, 7)
        assert await ExternalIdentity.all().count() == 0


class TestImport:
    @pytest.fixture
    def importer(self, world: World) -> SeerrImport:
        return SeerrImport(world.base.work, world.seerr, Adoption(world.base.work, world.base.catalog))

    @pytest.fixture(autouse=True)
    async def people(self, world: World) -> User:
        """Ada has an account here already, Bob has a name that cannot be, and Eve no address."""
        ada = await make_user()
        world.there.users += [
            double.user(7, "ada", email=ada.email.upper()),
            double.user(8, "bob & eve", permissions=32 | 256 | 2048, email="bob@example.org"),
            double.user(9, "eve", email="") | {"email": None},
        ]
        world.there.by_hand("movie", 348, by=7)
        world.there.set_media("movie", 348, double.AVAILABLE)
        world.there.by_hand("tv", 1399, by=8, seasons=[1])
        return ada

    async def test_twice_is_once(self, importer: SeerrImport, people: User) -> None:
        first = await importer.run(SYSTEM)
        assert first.people == {"created": 2, "linked": 1, "left out": 1}
        assert first.requests == {"taken over": 2}
        events = await recorded()
        second = await importer.run(SYSTEM)
        assert second.people == {"known": 3, "left out": 1}
        assert second.requests == {"known": 2}
        assert await recorded() == events
        film = await MediaRequest.get(media_type="MOVIE")
        assert (film.requested_by_id, film.status) == (people.id, MediaRequestStatus.COMPLETED)
        assert await Notification.all().count() == 0, "nobody is told of what is long past"

    async def test_what_they_may_do(self, importer: SeerrImport) -> None:
        report = await importer.run(SYSTEM)
        bob = await User.get(email="bob@example.org")
        assert (bob.username, bob.password_hash) == ("bob-eve", None)
        assert bob.granted == {_P.REQUEST_MOVIE, _P.REQUEST_TV, _P.AUTO_APPROVE_MOVIE}
        assert any("bob & eve" in remark and "AUTO_APPROVE_MOVIE" in remark for remark in report.remarks)

    async def test_a_name_that_is_taken_and_says_nothing(self, importer: SeerrImport, world: World) -> None:
        ada = await make_user()
        await User.filter(id=ada.id).update(username="user10")
        world.there.users.append(double.user(10, "é", email="e@example.org"))
        await importer.run(SYSTEM)
        assert (await User.get(email="e@example.org")).username == "user10-2"

    async def test_dry(self, importer: SeerrImport) -> None:
        report = await importer.run(SYSTEM, dry_run=True)
        assert (report.people["created"], report.requests["taken over"]) == (2, 2)
        assert await ExternalIdentity.all().count() == await MediaRequest.all().count() == 0

    async def test_a_breaker_that_opened_is_told(self, importer: SeerrImport, world: World) -> None:
        world.there.fail(500, "/user", times=9)
        for expected in [Phase.CLOSED] * 4 + [Phase.OPEN]:
            with pytest.raises(UpstreamUnavailableError) as caught:
                await importer.run(SYSTEM)
            assert caught.value.breaker is expected

    async def test_not_by_anybody(self, importer: SeerrImport, world: World) -> None:
        with pytest.raises(PermissionDeniedError):
            await importer.run(await make_actor(_P.MANAGE_USERS))
        assert world.there.calls.total() == 0


class TestPermissions:
    @pytest.mark.parametrize(
        ("bits", "expected"),
        [
            (0, set()),
            (2, {_P.ADMIN}),
            (1 << 11, set()),
            (1 << 11 | 1 << 12, {_P.REQUEST_4K}),
            (1 << 19, {_P.REQUEST_TV}),
        ],
    )
    def test_bits(self, bits: int, expected: set[Permission]) -> None:
        assert permissions_of(bits) == expected
