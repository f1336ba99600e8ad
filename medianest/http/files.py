"""`/files/…`: what signed links lead to."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from models.errors import AppError, NotFoundError, PermissionDeniedError
from services.files import FileService

# What a browser shows by itself without running anything in it; the rest is saved.
_SHOWN = ("video/", "audio/", "image/jpeg", "image/png", "image/webp")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; media-src 'self'; sandbox",
    "Cache-Control": "private, max-age=3600",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


def file_route(files: FileService) -> Route:
    async def serve(request: Request) -> Response:
        try:
            file, served = await files.open(*_link(request))
        except PermissionDeniedError as error:
            return _refusal(403, error)
        except NotFoundError as error:
            return _refusal(404, error)
        if served.address is not None:
            return RedirectResponse(served.address, status_code=307, headers={"Cache-Control": "no-store"})
        mime_type = file.mime_type or "application/octet-stream"
        return FileResponse(
            str(served.path),
            media_type=mime_type,
            filename=file.filename,
            content_disposition_type="inline" if mime_type.startswith(_SHOWN) else "attachment",
            headers=_HEADERS,
        )

    return Route("/files/{file_id}/{filename}", serve, methods=["GET", "HEAD"])


def _link(request: Request) -> tuple[UUID, int, str]:
    try:
        return (
            UUID(request.path_params["file_id"]),
            int(request.query_params["expires"]),
            request.query_params["signature"],
        )
    except (KeyError, ValueError):
        raise PermissionDeniedError("This link is not valid; ask for a new one in `files { url }`.") from None


def _refusal(status: int, error: AppError) -> Response:
    return JSONResponse({"code": error.code, "message": error.message}, status, {"Cache-Control": "no-store"})
