"""`PUT /files/…`: where files are sent to when the object store is a folder."""

from uuid import UUID

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from infra.incoming import TooSlowError, steady
from medianest.failures import classify
from medianest.http.files import refusal
from models.errors import AppError, PermissionDeniedError
from services.upload_tickets import SignedPut
from services.uploads import UploadService


def upload_route(uploads: UploadService) -> Route:
    async def receive(request: Request) -> Response:
        try:
            await uploads.receive(_put(request), steady(request.stream()))
        except ClientDisconnect:
            return Response(status_code=400)
        except TooSlowError:
            return Response("The file comes too slowly; send it again.", 408)
        except AppError as error:
            return refusal(error)
        except Exception as failure:
            if (known := classify(failure)) is None:
                raise
            return refusal(known)
        return Response(status_code=204, headers={"Cache-Control": "no-store"})

    return Route("/files/{file_id}", receive, methods=["PUT"])


def _put(request: Request) -> SignedPut:
    query, headers = request.query_params, request.headers
    try:
        return SignedPut(
            UUID(request.path_params["file_id"]),
            int(query["expires"]),
            query["signature"],
            headers.get("content-type", ""),
            headers.get("content-length", "unknown"),
        )
    except (KeyError, ValueError):
        raise PermissionDeniedError("This is no address of a ticket; ask for one by `createUpload`.") from None
