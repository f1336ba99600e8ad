"""Every job that can be promised. A worker refuses to start while one of them has no handler."""

from enum import StrEnum


class JobName(StrEnum):
    RUN_DOWNLOAD = "downloads.run"
    CLEAN_DOWNLOAD = "downloads.clean"
    ANSWER_RESET_REQUEST = "accounts.answer_reset_request"

    @property
    def queue(self) -> str:
        """Downloads have a queue of their own, so that an hour-long one holds up nothing else."""
        return "downloads" if self is JobName.RUN_DOWNLOAD else "default"
