"""The way in: both transports of the GraphQL API as routes of an application."""

from starlette.routing import BaseRoute, Route, WebSocketRoute

from medianest.graphql.execution import Engine, MakeContext
from medianest.graphql.http import HttpEndpoint
from medianest.graphql.request import Authenticate, Charge
from medianest.graphql.sockets import Sockets
from medianest.graphql.websocket import OriginAllowed, WebSocketEndpoint

PATH = "/graphql"


def graphql_routes(
    engine: Engine,
    *,
    authenticate: Authenticate,
    charge: Charge,
    make_context: MakeContext,
    origin_allowed: OriginAllowed,
    sockets: Sockets,
) -> list[BaseRoute]:
    """`sockets` is where the caller closes websockets: all of them on shutdown, somebody's on logout."""
    websocket = WebSocketEndpoint(
        engine, authenticate, charge, make_context, origin_allowed=origin_allowed, sockets=sockets
    )
    return [Route(PATH, HttpEndpoint(engine, authenticate, charge, make_context)), WebSocketRoute(PATH, websocket)]
