"""`/files/…`: what signed links lead to."""

import time
from uuid import UUID

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from infra.http.disposition import content_disposition
from infra.storage.base import Served, StorageError
from medianest.failures import classify
from medianest.http.sending import send_file
from models.errors import AppError, ErrorCode, NotFoundError, PermissionDeniedError, UnavailableError
from models.files import PICTURE_SIZES, StoredFile
from services.files import FileService, disposition

log = structlog.get_logger()

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; media-src 'self'; sandbox",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_STATUS = {
    ErrorCode.PERMISSION_DENIED: 403,
    ErrorCode.NOT_FOUND: 404,
    ErrorCode.CONFLICT: 409,
    ErrorCode.UNAVAILABLE: 503,
    ErrorCode.STORAGE_FULL: 507,
}


def file_route(files: FileService) -> Route:
    async def serve(request: Request) -> Response:
        try:
            link = _link(request)
            size = _number(request, "size") if "size" in request.query_params else None
            file, served = await files.open(*link, head=request.method == "HEAD", size=size)
            return await _answer(request, file, served, size, expires=link[1])
        except (PermissionDeniedError, NotFoundError) as error:
            return refusal(error)
        except StorageError as error:
            log.warning("file.unserved", error=str(error))
            return refusal(UnavailableError("The file cannot be read now; try again soon.", retry_after_seconds=5))
        except Exception as failure:
            if (known := classify(failure)) is None:
                raise
            return refusal(known)

    return Route("/files/{file_id}/{filename}", serve, methods=["GET", "HEAD"])


async def _answer(request: Request, file: StoredFile, served: Served, size: int | None, *, expires: int) -> Response:
    """A picture never changes under its address, which is the same for a day: whoever has it need not ask again."""
    lasting = f"private, max-age={expires - int(time.time())}, immutable"
    is_picture = file.kind in PICTURE_SIZES
    if served.path is None:
        caching = lasting if is_picture else "no-store"
        return RedirectResponse(served.address or "", 307, {"Cache-Control": caching})
    headers = {
        **_HEADERS,
        "Cache-Control": lasting if is_picture else "private, max-age=3600",
        "Content-Disposition": content_disposition(disposition(file), file.filename),
    }
    tag = f"{file.sha256}-{size}" if size else str(file.sha256)
    return await send_file(request, served.path, file.mime_type or "application/octet-stream", tag, headers)


def _link(request: Request) -> tuple[UUID, int, str]:
    try:
        return UUID(request.path_params["file_id"]), _number(request, "expires"), request.query_params["signature"]
    except (KeyError, ValueError):
        raise _not_valid() from None


def _number(request: Request, name: str) -> int:
    try:
        return int(request.query_params[name])
    except (KeyError, ValueError):
        raise _not_valid() from None


def _not_valid() -> PermissionDeniedError:
    return PermissionDeniedError("This link is not valid; ask for a new one in `files { url }`.")


def refusal(error: AppError) -> Response:
    headers = {"Cache-Control": "no-store"}
    if isinstance(error, UnavailableError) and error.retry_after_seconds is not None:
        headers["Retry-After"] = str(error.retry_after_seconds)
    return JSONResponse({"code": error.code, "message": error.message}, _STATUS.get(error.code, 400), headers)
