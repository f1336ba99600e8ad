"""`/files/…`: what signed links lead to."""

from uuid import UUID

import structlog
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from infra.storage.base import StorageError
from medianest.failures import classify
from models.errors import AppError, ErrorCode, NotFoundError, PermissionDeniedError, UnavailableError
from services.files import FileService, disposition

log = structlog.get_logger()

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; media-src 'self'; sandbox",
    "Cache-Control": "private, max-age=3600",
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
            file, served = await files.open(*_link(request), head=request.method == "HEAD")
        except (PermissionDeniedError, NotFoundError) as error:
            return refusal(error)
        except StorageError as error:
            log.warning("file.unserved", error=str(error))
            return refusal(UnavailableError("The file cannot be read now; try again soon.", retry_after_seconds=5))
        except Exception as failure:
            if (known := classify(failure)) is None:
                raise
            return refusal(known)
        if served.address is not None:
            return RedirectResponse(served.address, status_code=307, headers={"Cache-Control": "no-store"})
        return FileResponse(
            str(served.path),
            media_type=file.mime_type or "application/octet-stream",
            filename=file.filename,
            content_disposition_type=disposition(file),
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


def refusal(error: AppError) -> Response:
    headers = {"Cache-Control": "no-store"}
    if isinstance(error, UnavailableError) and error.retry_after_seconds is not None:
        headers["Retry-After"] = str(error.retry_after_seconds)
    return JSONResponse({"code": error.code, "message": error.message}, _STATUS.get(error.code, 400), headers)
