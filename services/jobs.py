"""What each job does. A worker refuses to start while one of the names has no handler."""

from collections.abc import Awaitable, Callable, Mapping
from uuid import UUID

from models.jobs import JobName
from services.announcements import AnnouncementService
from services.deliveries import Deliverer
from services.download_runs import DownloadRunner
from services.media_submission import MediaSubmitter
from services.password_resets import PasswordResetRequests
from services.publications import Publisher
from services.seerr_webhooks import SeerrWebhooks

Handler = Callable[..., Awaitable[None]]


def job_handlers(
    downloads: DownloadRunner,
    reset_requests: PasswordResetRequests,
    deliverer: Deliverer,
    announcements: AnnouncementService,
    submitter: MediaSubmitter,
    webhooks: SeerrWebhooks,
    publisher: Publisher,
) -> Mapping[str, Handler]:
    """Raises LookupError when a job has no handler."""

    async def run_download(*, download_id: str) -> None:
        await downloads.run(UUID(download_id))

    async def clean_download(*, download_id: str) -> None:
        await downloads.clean(UUID(download_id))

    async def answer_reset_request(*, email: str) -> None:
        await reset_requests.answer(email)

    async def tell(*, announcement_id: str) -> None:
        await announcements.tell(UUID(announcement_id))

    handlers: dict[str, Handler] = {
        JobName.RUN_DOWNLOAD: run_download,
        JobName.CLEAN_DOWNLOAD: clean_download,
        JobName.ANSWER_RESET_REQUEST: answer_reset_request,
        JobName.DELIVER: _numbered(deliverer.deliver, "delivery_id"),
        JobName.TELL: tell,
        JobName.SUBMIT_MEDIA_REQUEST: _numbered(submitter.submit, "request_id"),
        JobName.WITHDRAW_MEDIA_REQUEST: _numbered(submitter.withdraw, "request_id"),
        JobName.APPLY_WEBHOOK: _numbered(webhooks.apply, "receipt_id"),
        JobName.PUBLISH: _numbered(publisher.publish, "download_id"),
    }
    if missing := set(JobName) - handlers.keys():
        raise LookupError(f"no handler for the jobs {', '.join(sorted(missing))}")
    return handlers


def _numbered(run: Callable[[UUID, int], Awaitable[None]], key: str) -> Handler:
    """Of a job that says what it is about, and after how many attempts it was promised."""

    async def handle(*, attempt: str, **about: str) -> None:
        await run(UUID(about[key]), int(attempt))

    return handle
