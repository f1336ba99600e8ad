"""What one says to make media requests, to decide on them and to list them."""

from datetime import datetime

import strawberry

from dataloaders.persons_requests import Wanted
from schema import enums
from schema.errors import Payload
from schema.inputs import given
from schema.media import Media, MediaRefInput
from schema.media_requests import MediaRequest
from schema.node import key_of
from schema.users import User
from services.blocklist import BlocklistMedia
from services.media_request_decisions import DecideMediaRequest
from services.media_request_rules import Seasons
from services.media_requests import CreateMediaRequest, MediaRequestQuery


@strawberry.input(description="Which requests to list.")
class MediaRequestFilter:
    status: list[enums.MediaRequestStatus] | None = strawberry.field(
        default=strawberry.UNSET, description="In one of these states."
    )
    media_type: enums.MediaType | None = strawberry.field(
        default=strawberry.UNSET, description="Only for films, or only for series."
    )
    requested_by: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="Asked for by this user: oneself; somebody else only for who has MANAGE_REQUESTS or MANAGE_USERS "
        "themselves.",
    )
    is_4k: bool | None = strawberry.field(default=strawberry.UNSET, description="Only in 4K, or only not.")
    search: str | None = strawberry.field(default=strawberry.UNSET, description="Part of the title.")
    created_after: datetime | None = strawberry.field(default=strawberry.UNSET, description="Asked for after this.")

    def to_wanted(self, kinds: frozenset[enums.MediaType]) -> Wanted:
        """Of one person's requests for titles of `kinds`."""
        kind, status = given(self.media_type), given(self.status)
        return Wanted(
            kinds=kinds if kind is None else kinds & {kind},
            status=None if status is None else tuple(status),
            is_4k=given(self.is_4k),
            search=given(self.search),
            created_after=given(self.created_after),
        )


@strawberry.input(description="What comes first.")
class MediaRequestOrder:
    field: enums.MediaRequestSort = strawberry.field(
        default=enums.MediaRequestSort.CREATED_AT, description="What to sort by."
    )
    direction: enums.OrderDirection = strawberry.field(
        default=enums.OrderDirection.DESC, description="Which end first."
    )


def to_query(filter_: MediaRequestFilter | None, order: MediaRequestOrder | None) -> MediaRequestQuery:
    """Raises ValidationError for an ID that is none."""
    filter_, order = filter_ or MediaRequestFilter(), order or MediaRequestOrder()
    person = given(filter_.requested_by)
    return MediaRequestQuery(
        status=given(filter_.status),
        media_type=given(filter_.media_type),
        requested_by=None if person is None else key_of(User, person, path=("filter", "requestedBy")),
        is_4k=given(filter_.is_4k),
        search=given(filter_.search),
        created_after=given(filter_.created_after),
        sort=order.field,
        descending=order.direction is enums.OrderDirection.DESC,
    )


@strawberry.input(description="Which seasons of a series.", one_of=True)
class SeasonsInput:
    numbers: list[int] | None = strawberry.field(
        default=strawberry.UNSET, description="These, 1 to 200; 0 are the specials."
    )
    select: enums.SeasonSelection | None = strawberry.field(
        default=strawberry.UNSET, description="Those that this means now."
    )

    def to_seasons(self) -> Seasons:
        return given(self.numbers) if self.select is strawberry.UNSET else self.select


@strawberry.input(description="What to ask for.")
class CreateMediaRequestInput:
    media: MediaRefInput = strawberry.field(description="The title.")
    seasons: SeasonsInput | None = strawberry.field(
        default=strawberry.UNSET, description="Series only, and required there."
    )
    is_4k: bool = strawberry.field(default=False, description="The copy in 4K instead; takes REQUEST_4K as well.")
    note: str | None = strawberry.field(
        default=strawberry.UNSET, description="A word to those who decide, up to 1,000 characters."
    )
    on_behalf_of: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="The user whose request it will be; takes MANAGE_REQUESTS. Over that person's quota it waits for a "
        "decision.",
    )
    idempotency_key: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Any text, up to 128 characters: within a week the same call with the same key is done once.",
    )

    def to_command(self) -> CreateMediaRequest:
        person, seasons = given(self.on_behalf_of), given(self.seasons)
        return CreateMediaRequest(
            media_id=self.media.to_key("media"),
            seasons=seasons.to_seasons() if seasons else None,
            is_4k=self.is_4k,
            note=given(self.note),
            on_behalf_of=None if person is None else key_of(User, person, path=("onBehalfOf",)),
            idempotency_key=given(self.idempotency_key),
        )


@strawberry.input(description="A decision on a request that is PENDING.")
class DecideMediaRequestInput:
    id: strawberry.ID = strawberry.field(description="The request.")
    decision: enums.RequestDecision = strawberry.field(description="The decision.")
    override_quota: bool = strawberry.field(
        default=False, description="Approve it even if it is over the quota of whoever asked."
    )
    reason: str | None = strawberry.field(
        default=strawberry.UNSET, description="Why it is declined, told to whoever asked; up to 1,000 characters."
    )
    expected_version: int | None = strawberry.field(
        default=strawberry.UNSET, description="Refuse it when the request is at another version by now."
    )

    def to_command(self) -> DecideMediaRequest:
        return DecideMediaRequest(
            id=key_of(MediaRequest, self.id),
            decision=self.decision,
            override_quota=self.override_quota,
            reason=given(self.reason),
            expected_version=given(self.expected_version),
        )


@strawberry.input(description="A title that nobody is to ask for.")
class BlocklistMediaInput:
    media: MediaRefInput = strawberry.field(description="The title.")
    reason: str | None = strawberry.field(
        default=strawberry.UNSET, description="Why, for those who look after the blocklist; up to 1,000 characters."
    )

    def to_command(self) -> BlocklistMedia:
        return BlocklistMedia(self.media.to_key("media"), given(self.reason))


@strawberry.input(description="A title that may be asked for again.")
class UnblocklistMediaInput:
    media: MediaRefInput = strawberry.field(description="The title.")


@strawberry.type(description="The request, or why there is none.")
class MediaRequestPayload(Payload):
    request: MediaRequest | None = strawberry.field(default=None, description="The request as it is now.")


@strawberry.type(description="The title, or why nothing changed.")
class MediaPayload(Payload):
    media: Media | None = strawberry.field(default=None, description="The title as it is now.")
