"""GraphiQL, built from `web/` and served by ourselves: the page loads nothing from anywhere else, and may not."""

import os
from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import PathLike, StaticFiles
from starlette.types import Scope
from typing_extensions import override

_STATIC = Path(__file__).parent / "static"

_CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",  # the editor places its lines with style attributes
    "font-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
_HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in _CONTENT_SECURITY_POLICY.items()),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_PAGE_HEADERS = _HEADERS | {"Cache-Control": "no-cache"}
_ASSET_HEADERS = _HEADERS | {"Cache-Control": "public, max-age=31536000, immutable", "Content-Encoding": "gzip"}


class _Assets(StaticFiles):
    """Files whose names carry their hash. They exist gzipped only, and are sent so: every browser takes it."""

    @override
    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        return super().lookup_path(f"{path}.gz")

    @override
    def file_response(
        self, full_path: PathLike, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers.update(_ASSET_HEADERS)
        return response


def graphiql_routes() -> list[BaseRoute]:
    """The page under `/graphiql`; it finds the API beside itself, as `graphql`, wherever these routes are mounted."""
    pages = StaticFiles(directory=_STATIC)

    async def page(request: Request) -> Response:
        response = await pages.get_response("index.html", request.scope)
        response.headers.update(_PAGE_HEADERS)
        return response

    async def without_slash(_: Request) -> Response:
        # relative, so that it is right behind a proxy that strips a prefix or ends TLS; the page's links need it
        return RedirectResponse("../graphiql")

    return [
        Route("/graphiql", page),
        Route("/graphiql/", without_slash),
        Mount("/graphiql/assets", _Assets(directory=_STATIC / "assets")),
    ]
