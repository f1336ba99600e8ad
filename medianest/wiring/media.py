"""Plex, Seerr and TMDB as services see them: the real ones, or demos where the settings name none."""

from infra.rates import RateCounter
from infra.redis import PatientRedis
from integrations.plex.base import PlexServer
from integrations.plex.demo import DemoPlex
from integrations.seerr.base import Seerr
from integrations.seerr.demo import DemoSeerr
from medianest.wiring.backbone import Backbone
from models.plex_paths import PathMap
from services.media import MediaService
from services.media_submission import MediaSubmitter
from services.plex_mirror import PlexMirror
from services.publications import Shelf
from services.seerr_adoption import Adoption
from services.seerr_reconciling import SeerrReconciler
from services.seerr_setup import SeerrSetup, WebhookTarget
from services.seerr_webhooks import SeerrWebhooks


def media_service(base: Backbone) -> MediaService:
    return MediaService(base.work, base.limits, base.catalog)


def seerr(base: Backbone) -> Seerr:
    return base.seerr or DemoSeerr()


def media_submitter(base: Backbone) -> MediaSubmitter:
    return MediaSubmitter(base.work, seerr(base))


def seerr_reconciler(base: Backbone) -> SeerrReconciler:
    return SeerrReconciler(base.work, seerr(base), Adoption(base.work, base.catalog), is_demo=base.seerr is None)


def seerr_setup(base: Backbone) -> SeerrSetup:
    settings, target = base.settings, None
    if settings.public_url and settings.seerr_webhook_secret:
        secret = settings.seerr_webhook_secret.get_secret_value()
        target = WebhookTarget(f"{settings.external_url}/webhooks/seerr", secret)
    return SeerrSetup(base.work, base.seerr, target)


def seerr_webhooks(base: Backbone) -> SeerrWebhooks:
    secret = base.settings.seerr_webhook_secret
    counter = RateCounter(PatientRedis(base.redis))
    return SeerrWebhooks(base.work, counter, seerr_reconciler(base), secret.get_secret_value() if secret else None)


def plex_reader(base: Backbone) -> PlexServer:
    return base.plex.server if base.plex else DemoPlex()


def plex_mirror(base: Backbone) -> PlexMirror:
    return PlexMirror(base.work, plex_reader(base), base.catalog)


def shelf(base: Backbone) -> Shelf:
    settings = base.settings
    return Shelf(settings.library_dir, PathMap.parse(settings.plex_path_map), base.plex.server if base.plex else None)
