"""The root types, and the schema they make."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from resolvers.auth import AuthMutations, AuthQueries
from resolvers.downloads import DownloadMutations, DownloadQueries, DownloadSubscriptions
from resolvers.error_log import ErrorLogMutations, ErrorLogQueries
from resolvers.notifications import NotificationQueries, NotificationSubscriptions
from resolvers.server import ServerQueries
from resolvers.users import UserMutations, UserQueries
from schema.errors import ERROR_TYPES
from schema.node import NODES
from schema.related import check_relations
from schema.scalars import SCALARS


@strawberry.type(description="Everything that can be read.")
class Query(ServerQueries, AuthQueries, UserQueries, DownloadQueries, NotificationQueries, ErrorLogQueries):
    pass


@strawberry.type(description="Everything that can be done. What fails is told in the payload's `errors`.")
class Mutation(AuthMutations, UserMutations, DownloadMutations, ErrorLogMutations):
    pass


@strawberry.type(description="Everything that can be watched, over a websocket (graphql-transport-ws).")
class Subscription(DownloadSubscriptions, NotificationSubscriptions):
    pass


graphql_schema = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=[*ERROR_TYPES, *(kind.graphql_type for kind in NODES.values())],
    config=StrawberryConfig(scalar_map=SCALARS),
)

SENSITIVE_FIELDS = frozenset({"login", "refreshToken", "createFirstAdmin", "changePassword", "acceptInvite"})
"""Fields that are counted: one each in a document, whatever its aliases."""

check_relations([kind.graphql_type for kind in NODES.values()])
