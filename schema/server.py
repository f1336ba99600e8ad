"""What a login page needs to know."""

import strawberry

from schema import enums


@strawberry.type(description="What a login page needs. Everybody.")
class ServerInfo:
    version: str = strawberry.field(description="The version of MediaNest.")
    setup_required: bool = strawberry.field(description="Whether the first administrator is still to be made.")
    login_providers: list[enums.IdentityProvider] = strawberry.field(description="The ways to log in.")
