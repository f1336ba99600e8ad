"""Every job that can be promised. A worker refuses to start while one of them has no handler."""

from enum import StrEnum


class JobName(StrEnum):
    RUN_DOWNLOAD = "downloads.run"
    CLEAN_DOWNLOAD = "downloads.clean"
    ANSWER_RESET_REQUEST = "accounts.answer_reset_request"
    DELIVER = "channels.deliver"
    TELL = "announcements.tell"
    SUBMIT_MEDIA_REQUEST = "media_requests.submit"
    WITHDRAW_MEDIA_REQUEST = "media_requests.withdraw"
    APPLY_WEBHOOK = "webhooks.apply"
    PUBLISH = "downloads.publish"

    @property
    def queue(self) -> str:
        """What takes long, or waits for servers elsewhere, has a queue of its own and holds up nothing else."""
        return _QUEUES.get(self, "default")


_QUEUES = {
    JobName.RUN_DOWNLOAD: "downloads",
    JobName.DELIVER: "deliveries",
    JobName.SUBMIT_MEDIA_REQUEST: "seerr",
    JobName.WITHDRAW_MEDIA_REQUEST: "seerr",
    JobName.APPLY_WEBHOOK: "seerr",
    JobName.PUBLISH: "plex",
}
