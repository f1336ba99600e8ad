"""`/webhooks/seerr`: news from Seerr, kept before they are answered and looked into afterwards."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from medianest.failures import classify
from models.errors import AppError, ErrorCode, RateLimitedError, UnavailableError
from services.seerr_webhooks import SeerrWebhooks

_MAX_BYTES = 256 * 1024
_STATUS: Mapping[ErrorCode, int] = {
    ErrorCode.INVALID_CREDENTIALS: 401,
    ErrorCode.RATE_LIMITED: 429,
    ErrorCode.UNAVAILABLE: 503,
}


def seerr_webhook_route(webhooks: SeerrWebhooks) -> Route:
    async def take(request: Request) -> Response:
        try:
            address = request.client.host if request.client else ""
            await webhooks.admit(request.headers.get("authorization", ""), address)
            receipt = await webhooks.receive(await request.body())
        except AppError as error:
            return _refusal(error)
        except Exception as failure:
            if (known := classify(failure)) is None:
                raise
            return _refusal(known)
        return JSONResponse({"outcome": receipt.outcome}, headers={"Cache-Control": "no-store"})

    return Route("/webhooks/seerr", take, methods=["POST"], max_body_size=_MAX_BYTES)


def _refusal(error: AppError) -> Response:
    headers = {"Cache-Control": "no-store"}
    if isinstance(error, RateLimitedError | UnavailableError) and error.retry_after_seconds is not None:
        headers["Retry-After"] = str(error.retry_after_seconds)
    return JSONResponse({"code": error.code, "message": error.message}, _STATUS.get(error.code, 400), headers)
