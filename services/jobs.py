"""What each job does. A worker refuses to start while one of the names has no handler."""

from collections.abc import Awaitable, Callable, Mapping
from uuid import UUID

from models.jobs import JobName
from services.announcements import AnnouncementService
from services.deliveries import Deliverer
from services.download_runs import DownloadRunner
from services.media_submission import MediaSubmitter
from services.password_resets import PasswordResetRequests
from services.seerr_webhooks import SeerrWebhooks

Handler = Callable[..., Awaitable[None]]


def job_handlers(
    downloads: DownloadRunner,
    reset_requests: PasswordResetRequests,
    deliverer: Deliverer,
    announcements: AnnouncementService,
    submitter: MediaSubmitter,
    webhooks: SeerrWebhooks,
) -> Mapping[str, Handler]:
    """Raises LookupError when a job has no handler."""

    async def run_download(*, download_id: str) -> None:
        await downloads.run(UUID(download_id))

    async def clean_download(*, download_id: str) -> None:
        await downloads.clean(UUID(download_id))

    async def answer_reset_request(*, email: str) -> None:
        await reset_requests.answer(email)

    async def deliver(*, delivery_id: str, attempt: str) -> None:
        await deliverer.deliver(UUID(delivery_id), int(attempt))

    async def tell(*, announcement_id: str) -> None:
        await announcements.tell(UUID(announcement_id))

    async def submit(*, request_id: str, attempt: str) -> None:
        await submitter.submit(UUID(request_id), int(attempt))

    async def withdraw(*, request_id: str, attempt: str) -> None:
        await submitter.withdraw(UUID(request_id), int(attempt))

    async def apply(*, receipt_id: str, attempt: str) -> None:
        await webhooks.apply(UUID(receipt_id), int(attempt))

    handlers: dict[str, Handler] = {
        JobName.RUN_DOWNLOAD: run_download,
        JobName.CLEAN_DOWNLOAD: clean_download,
        JobName.ANSWER_RESET_REQUEST: answer_reset_request,
        JobName.DELIVER: deliver,
        JobName.TELL: tell,
        JobName.SUBMIT_MEDIA_REQUEST: submit,
        JobName.WITHDRAW_MEDIA_REQUEST: withdraw,
        JobName.APPLY_WEBHOOK: apply,
    }
    if missing := set(JobName) - handlers.keys():
        raise LookupError(f"no handler for the jobs {', '.join(sorted(missing))}")
    return handlers
