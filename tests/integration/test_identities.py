import asyncio
from uuid import uuid4

import pytest

from medianest.wiring.backbone import Backbone
from models.actor import SYSTEM, Actor, Permission
from models.audit import AuditEntry
from models.errors import ConflictError, NotFoundError, PermissionDeniedError, ValidationError
from models.identities import ExternalIdentity, IdentityProvider
from models.users import User
from services.identities import IdentityService, LinkIdentity
from tests.factories.people import make_actor, make_user

PLEX = IdentityProvider.PLEX


@pytest.fixture
def identities(base: Backbone) -> IdentityService:
    return IdentityService(base.work)


def linking(user: User, subject: str = "4711") -> LinkIdentity:
    return LinkIdentity(user.id, PLEX, subject, "ada@plex")


class TestLink:
    async def test_the_person_is_found_by_it(self, identities: IdentityService) -> None:
        user = await make_user()
        await identities.link(SYSTEM, linking(user))
        found = await identities.find_by_identity(PLEX, "4711")
        assert found is not None
        assert found.id == user.id
        assert await identities.find_by_identity(IdentityProvider.OIDC, "4711") is None
        assert (await AuditEntry.get()).action == "identity.linked"
        await User.all().update(is_active=False)
        assert await identities.find_by_identity(PLEX, "4711") is None

    async def test_of_many_at_once_one_gets_it(self, identities: IdentityService) -> None:
        people = [await make_user() for _ in range(5)]
        tries = [identities.link(SYSTEM, linking(user)) for user in people]
        results = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(isinstance(result, ExternalIdentity) for result in results) == 1
        assert sum(isinstance(result, ConflictError) for result in results) == 4
        assert await AuditEntry.all().count() == 1

    async def test_is_refused_without_the_right_to(self, identities: IdentityService) -> None:
        user, admin = await make_user(), await make_user(Permission.ADMIN)
        with pytest.raises(PermissionDeniedError):
            await identities.link(await make_actor(), linking(user))
        with pytest.raises(PermissionDeniedError):
            await identities.link(await make_actor(Permission.MANAGE_USERS), linking(admin))
        with pytest.raises(NotFoundError):
            await identities.link(SYSTEM, LinkIdentity(uuid4(), PLEX, "1"))
        with pytest.raises(ValidationError):
            await identities.link(SYSTEM, LinkIdentity(user.id, IdentityProvider.LOCAL, "1"))
        assert not await ExternalIdentity.exists()


class TestUnlink:
    async def test_ones_own_and_nobody_elses(self, identities: IdentityService) -> None:
        user = await make_user()
        identity = await identities.link(SYSTEM, linking(user))
        with pytest.raises(NotFoundError):
            await identities.unlink(await make_actor(), identity.id)
        with pytest.raises(PermissionDeniedError):
            await identities.unlink(Actor(user_id=user.id), identity.id)  # a key for a program
        assert await ExternalIdentity.exists()
        await identities.unlink(Actor(user_id=user.id, session_id=uuid4()), identity.id)
        assert not await ExternalIdentity.exists()

    async def test_a_manager_does_not_touch_those_of_an_administrator(self, identities: IdentityService) -> None:
        identity = await identities.link(SYSTEM, linking(await make_user(Permission.ADMIN)))
        with pytest.raises(PermissionDeniedError):
            await identities.unlink(await make_actor(Permission.MANAGE_USERS), identity.id)
        assert await ExternalIdentity.exists()
        await identities.unlink(SYSTEM, identity.id)
