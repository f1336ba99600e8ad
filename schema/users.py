"""People."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry

from dataloaders.persons_requests import PersonsCount, PersonsPage, Wanted
from models import identities, tokens
from models import users as rows
from models.actor import Permission
from models.media_requests import seen_kinds
from models.paging import key_in
from models.quiet_hours import QuietHours as Hours
from schema import enums
from schema.channels import NotificationChannel, QuietHours
from schema.connections import After, Connection, First, page_args
from schema.context import Info
from schema.node import Node, backed_by, node
from schema.quotas import QuotaOverrides, UserQuotas
from schema.scalars import URL

if TYPE_CHECKING:
    from schema.media_request_inputs import MediaRequestFilter
    from schema.media_requests import MediaRequest


def _private(read: Callable[[rows.User, Info], Any], description: str) -> Any:
    """Null, without an error, for everybody else."""

    def resolve(root: Any, info: Info) -> Any:
        context = info.context
        is_theirs = root.id == context.actor.user_id or root.id in context.proven
        return read(root, info) if is_theirs or context.actor.may(Permission.MANAGE_USERS) else None

    return strawberry.field(resolver=resolve, description=f"{description} The user themselves, and MANAGE_USERS.")


def _way_in(load: Callable[[Info, UUID], Any], description: str) -> Any:
    """Null, without an error, for everybody else; also for a key, which shows no other way in to its owner's account
    unless it may MANAGE_USERS.
    """

    async def resolve(root: Any, info: Info) -> Any:
        actor = info.context.actor
        is_theirs = actor.user_id == root.id and actor.session_id is not None
        return await load(info, root.id) if is_theirs or actor.may(Permission.MANAGE_USERS) else None

    return strawberry.field(resolver=resolve, description=f"{description} The user themselves, and MANAGE_USERS.")


def _device(root: Any) -> Any:
    return root.device


def _is_current(root: Any, info: Info) -> Any:
    return root.id == info.context.actor.session_id


@node(rows.Session, loader="sessions", description="One login on one device. Its owner, and MANAGE_USERS.")
class Session(Node):
    created_at: datetime = strawberry.field(description="When the person logged in.")
    last_seen_at: datetime = strawberry.field(description="When it was last used, to the minute.")
    expires_at: datetime = strawberry.field(description="When its refresh token ends unless it is used before.")
    device_name: str | None = strawberry.field(
        resolver=_device, description="What the person called the device, else what it seems to be."
    )
    ip: str | None = strawberry.field(description="Where the login came from.")
    user_agent: str | None = strawberry.field(description="What the program called itself.")
    is_current: bool = strawberry.field(resolver=_is_current, description="Whether this request came in by it.")


def _scopes(root: Any) -> Any:
    return [scope for scope in enums.Permission if scope in root.scopes]


@node(tokens.ApiToken, loader="api_tokens", description="A key for a program. Its owner, and MANAGE_USERS.")
class ApiToken(Node):
    name: str = strawberry.field(description="What it is for.")
    prefix: str = strawberry.field(description="How it begins: the rest is shown once, when it is made.")
    scopes: list[enums.Permission] = strawberry.field(
        resolver=_scopes, description="What it may do, as far as its owner may still do it."
    )
    created_at: datetime = strawberry.field(description="When it was made.")
    last_used_at: datetime | None = strawberry.field(description="When it was last used, to the minute.")
    expires_at: datetime | None = strawberry.field(description="When it ends; null: when it is taken back.")


@strawberry.type(description="The person's account at somebody else's.")
@backed_by(identities.ExternalIdentity)
class ExternalIdentity:
    provider: enums.IdentityProvider = strawberry.field(description="Who vouches for it.")
    subject: str = strawberry.field(description="The account's key there, which never changes.")
    username: str | None = strawberry.field(description="What the person was called there when it was linked.")
    linked_at: datetime = strawberry.field(description="When it was linked.")


async def _channels(root: Any, info: Info) -> Any:
    actor = info.context.actor
    if actor.user_id != root.id and not actor.may(Permission.MANAGE_USERS):
        return None
    return await info.context.loaders.notification_channels_by_user.load(root.id)


def _avatar_url(
    root: Any,
    info: Info,
    size: Annotated[
        int, strawberry.argument(description="Pixels wide and high, 1 to 512; the next of 64, 128, 256, 512 is sent.")
    ] = 128,
) -> Any:
    return root.avatar_id and info.context.services.files.avatar_link(root.avatar_id, size)


Filter = Annotated[
    Annotated["MediaRequestFilter", strawberry.lazy("schema.media_request_inputs")] | None,
    strawberry.argument(description="Which ones; `requestedBy` is this person anyway."),
]


async def _media_requests(
    root: Any,
    info: Info,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    filter: Filter = strawberry.UNSET,
) -> Any:
    actor, loaders, page = info.context.actor, info.context.loaders, page_args(first, after)
    is_theirs = root.id == actor.user_id or root.id in info.context.proven
    if not is_theirs and not actor.may(Permission.MANAGE_USERS):
        return None
    kinds = frozenset(enums.MediaType) if is_theirs else seen_kinds(actor)
    wanted = filter.to_wanted(kinds) if filter else Wanted(kinds)
    found = await loaders.persons_requests.load(PersonsPage(root.id, wanted, page.size, key_in(page.after)))
    return replace(found, count=lambda: loaders.persons_request_counts.load(PersonsCount(root.id, wanted)))


def _quiet_hours(user: rows.User, _info: Info) -> Any:
    return user.quiet_hours and Hours(**user.quiet_hours)


@node(rows.User, loader="users", description="A person with an account. Signed-in people.")
class User(Node):
    username: str = strawberry.field(description="Unique, chosen once. Signed-in people.")
    display_name: str = strawberry.field(description="What the person is called on screen. Signed-in people.")
    avatar_url: URL | None = strawberry.field(
        resolver=_avatar_url,
        description="The person's picture, as WebP, at a signed address that needs no login, stays the same for a day, "
        "and works for a day at least; null without one. Signed-in people.",
    )
    email: str | None = _private(lambda user, _: user.email, "Where the person logs in with and is written to.")
    permissions: list[enums.Permission] | None = _private(
        lambda user, _: sorted(user.granted), "What the person may do."
    )
    is_active: bool | None = _private(lambda user, _: user.is_active, "False once the account was closed.")
    last_login_at: datetime | None = _private(lambda user, _: user.last_login_at, "The last login with a password.")
    created_at: datetime | None = _private(lambda user, _: user.created_at, "When the account was made.")
    is_online: bool | None = _private(
        lambda user, info: info.context.loaders.presence.load(user.id),
        "Whether the person did something within half a minute, or has a websocket open; null while nobody knows.",
    )
    quotas: UserQuotas | None = _private(
        lambda user, info: info.context.loaders.quotas.load(user.id), "What the person may use, and has used."
    )
    quota_overrides: QuotaOverrides | None = _private(
        lambda user, _: user.quota_overrides, "What is set in `quotas` for this person alone."
    )
    sessions: list[Session] | None = _way_in(
        lambda info, key: info.context.loaders.sessions_by_user.load(key),
        "Where the person is logged in, the device used last first.",
    )
    api_tokens: list[ApiToken] | None = _way_in(
        lambda info, key: info.context.loaders.api_tokens_by_user.load(key),
        "The person's keys for programs, the newest first.",
    )
    identities: list[ExternalIdentity] | None = _private(
        lambda user, info: info.context.loaders.identities_by_user.load(user.id),
        "The person's accounts at other providers, in the order they were linked.",
    )
    media_requests: Connection[Annotated["MediaRequest", strawberry.lazy("schema.media_requests")]] | None = (
        strawberry.field(
            resolver=_media_requests,
            description="What the person asked for, the newest first, as far as the viewer may know of such requests. "
            "The user themselves, and MANAGE_USERS.",
        )
    )
    notification_channels: list[NotificationChannel] | None = strawberry.field(
        resolver=_channels,
        description="The person's ways to be told beyond the inbox, the oldest first. The user themselves, and "
        "MANAGE_USERS.",
    )
    quiet_hours: QuietHours | None = _private(_quiet_hours, "When the person wants to be left alone.")
