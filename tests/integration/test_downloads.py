from infra.http.egress import EgressPolicy
from medianest.wiring import Backbone
from models.actor import Permission
from services.downloads import DownloadService, QueueDownload
from tests.factories.people import make_actor


async def test_x(base: Backbone):
    a = await make_actor(Permission.DOWNLOAD_CREATE)
    d = await DownloadService(base.work, EgressPolicy(())).queue(a, QueueDownload("https://example.org/x"))
    assert d.job_id
