"""The root types, and the schema they make."""

import strawberry
from graphql import GraphQLInputObjectType
from strawberry.schema.config import StrawberryConfig

from models.files import UPLOAD_SECONDS
from resolvers.auth import AuthMutations, AuthQueries
from resolvers.channels import ChannelMutations
from resolvers.dashboard import DashboardQueries, DashboardSubscriptions
from resolvers.download_profiles import DownloadProfileMutations
from resolvers.downloads import DownloadMutations, DownloadQueries, DownloadSubscriptions
from resolvers.error_log import ErrorLogMutations, ErrorLogQueries
from resolvers.events import EventMutations, EventQueries
from resolvers.files import FileMutations, FileQueries
from resolvers.media import MediaQueries
from resolvers.media_requests import MediaRequestMutations, MediaRequestQueries, MediaRequestSubscriptions
from resolvers.notifications import NotificationMutations, NotificationQueries, NotificationSubscriptions
from resolvers.plex import PlexMutations, PlexQueries
from resolvers.seerr import SeerrMutations, SeerrQueries
from resolvers.server import ServerQueries
from resolvers.services_health import ServiceMutations, ServiceQueries, ServiceSubscriptions
from resolvers.uploads import UploadMutations
from resolvers.users import UserMutations, UserQueries
from schema.errors import ERROR_TYPES
from schema.node import NODES
from schema.related import check_relations
from schema.scalars import SCALARS


@strawberry.type(description="Everything that can be read.")
class Query(
    ServerQueries,
    AuthQueries,
    UserQueries,
    DashboardQueries,
    DownloadQueries,
    MediaQueries,
    MediaRequestQueries,
    FileQueries,
    NotificationQueries,
    EventQueries,
    ErrorLogQueries,
    ServiceQueries,
    PlexQueries,
    SeerrQueries,
):
    pass


@strawberry.type(description="Everything that can be done. What fails is told in the payload's `errors`.")
class Mutation(
    AuthMutations,
    UserMutations,
    MediaRequestMutations,
    DownloadMutations,
    DownloadProfileMutations,
    FileMutations,
    NotificationMutations,
    ChannelMutations,
    EventMutations,
    ErrorLogMutations,
    ServiceMutations,
    SeerrMutations,
    PlexMutations,
    UploadMutations,
):
    pass


@strawberry.type(description="Everything that can be watched, over a websocket (graphql-transport-ws).")
class Subscription(
    DashboardSubscriptions,
    MediaRequestSubscriptions,
    DownloadSubscriptions,
    NotificationSubscriptions,
    ServiceSubscriptions,
):
    pass


graphql_schema = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=[*ERROR_TYPES, *(kind.graphql_type for kind in NODES.values())],
    config=StrawberryConfig(scalar_map=SCALARS),
)

for _type in graphql_schema._schema.type_map.values():  # noqa: SLF001
    # Strawberry checks these inputs by itself, and leaves introspection, which code generators go by, unaware of them
    if isinstance(_type, GraphQLInputObjectType):
        _type.is_one_of = _type.extensions["strawberry-definition"].is_one_of

SENSITIVE_FIELDS = frozenset(
    {
        "login",
        "refreshToken",
        "createFirstAdmin",
        "changePassword",
        "acceptInvite",
        "requestPasswordReset",
        "resetPassword",
        "startPlexLogin",
        "finishPlexLogin",
    }
)
"""Fields that are counted: one each in a document, whatever its aliases."""

SLOW_FIELDS = {"completeUpload": 300.0, "uploadFile": float(UPLOAD_SECONDS)}
"""Fields that look at a whole file, and how many seconds they may take; one each in a document."""

check_relations([kind.graphql_type for kind in NODES.values()])
