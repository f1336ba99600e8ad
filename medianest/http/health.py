"""`/health/live`: the process runs. `/health/ready`: what it needs answers, each part by name."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

_CHECK_SECONDS = 2.0

Check = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Dependency:
    """Without a `required` one the server cannot answer; without the others it answers more slowly."""

    check: Check
    required: bool = True


def health_routes(dependencies: Mapping[str, Dependency]) -> list[Route]:
    async def live(_request: Request) -> JSONResponse:
        return JSONResponse({"status": "up"}, headers={"Cache-Control": "no-store"})

    async def ready(_request: Request) -> JSONResponse:
        states = await asyncio.gather(*(_state(dependency) for dependency in dependencies.values()))
        checks = dict(zip(dependencies, states, strict=True))
        is_down = any(checks[name] == "down" and dependencies[name].required for name in checks)
        status = "down" if is_down else "degraded" if "down" in states else "up"
        return JSONResponse(
            {"status": status, "checks": checks}, 503 if is_down else 200, {"Cache-Control": "no-store"}
        )

    return [Route("/health/live", live), Route("/health/ready", ready)]


async def _state(dependency: Dependency) -> str:
    try:
        async with asyncio.timeout(_CHECK_SECONDS):
            await dependency.check()
    except Exception:  # noqa: BLE001  (whatever it is: it does not answer)
        return "down"
    return "up"
