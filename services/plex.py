"""Plex's libraries as the people who run the server see them."""

from pathlib import PurePosixPath

from infra.http.errors import UpstreamError
from integrations.plex.base import PlexServer
from models.actor import Actor, Permission
from models.errors import NotFoundError, ValidationError
from models.plex import PlexLibrary
from models.plex_paths import PathMap
from models.services_health import ServiceKind
from services.upstream import upstream_failure
from services.work import UnitOfWork


class PlexService:
    def __init__(self, work: UnitOfWork, plex: PlexServer, paths: PathMap) -> None:
        self._work = work
        self._plex = plex
        self._paths = paths

    async def list_libraries(self, actor: Actor) -> list[PlexLibrary]:
        """As they were last read: Plex is not asked."""
        actor.require(Permission.MANAGE_SERVICES)
        return await PlexLibrary.all().order_by("title", "id")

    async def scan(self, actor: Actor, section_id: str, path: str | None = None) -> None:
        """Let Plex look for new files: in all of a library, or in a folder as we see it.

        Raises NotFoundError, ValidationError for a folder that Plex does not see, UpstreamUnavailableError.
        """
        actor.require(Permission.MANAGE_SERVICES)
        library = await PlexLibrary.get_or_none(section_id=section_id)
        if library is None:
            raise NotFoundError("Plex has no such library.", path=("sectionId",))
        folder = None if path is None else self._seen(path)
        try:
            await self._plex.scan(section_id, folder)
        except UpstreamError as error:
            raise await upstream_failure(ServiceKind.PLEX, error, self._plex.breaker) from error
        async with self._work.begin(actor) as transaction:
            await transaction.audit("plex.scanned", library, after={"path": folder})

    def _seen(self, path: str) -> str:
        wanted = PurePosixPath(path)
        seen = self._paths.to_plex(wanted) if wanted.is_absolute() and ".." not in wanted.parts else None
        if seen is None:
            raise ValidationError(
                "Plex does not see this folder; MEDIANEST_PLEX_PATH_MAP says what it sees.", path=("path",)
            )
        return seen
