"""What people are told when a system elsewhere does not do its part."""

from http import HTTPStatus

from infra.http.breaker import CircuitBreaker
from infra.http.circuit import Phase
from infra.http.errors import UpstreamError, UpstreamKeyError, UpstreamStatusError
from models.errors import UpstreamRejectedError, UpstreamUnavailableError
from models.services_health import ServiceKind

_KEY_REFUSED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


async def upstream_failure(
    kind: ServiceKind, error: UpstreamError, breaker: CircuitBreaker | None
) -> UpstreamUnavailableError:
    state = await breaker.state() if breaker else None
    phase = state.state if state else Phase.CLOSED
    if isinstance(error, UpstreamKeyError):
        return UpstreamRejectedError(error.message, service=kind, breaker=phase)
    if isinstance(error, UpstreamStatusError) and error.status in _KEY_REFUSED:
        message = f"{error.service} refuses this server's key; an administrator can set another."
        return UpstreamRejectedError(message, service=kind, breaker=phase)
    retry_at = error.retry_at or (state.retry_at if state else None)
    return UpstreamUnavailableError(error.message, service=kind, breaker=phase, retry_at=retry_at)
