"""Automatic persisted queries, Apollo's protocol: a document that was sent once is afterwards asked for by its SHA-256.

Each process has its own memory. Shared, it would be a place that anybody fills without a login, and it need not be: a
client whose document is not known here sends it once more by itself.
"""

from collections import OrderedDict
from dataclasses import replace
from hashlib import sha256

from medianest.graphql.errors import MalformedRequestError
from medianest.graphql.request import OperationRequest
from models.errors import AppError, ErrorCode

# of at most 32 KiB each
REMEMBERED_DOCUMENTS = 512


class PersistedQueryNotFoundError(AppError):
    """The message is the protocol: by it every stock client knows that it must send the whole document."""

    code = ErrorCode.INVALID_OPERATION

    def __init__(self) -> None:
        super().__init__("PersistedQueryNotFound")


class PersistedDocuments:
    def __init__(self) -> None:
        self._texts: OrderedDict[str, str] = OrderedDict()

    def complete(self, request: OperationRequest) -> OperationRequest:
        """The request with its document in place. Raises MalformedRequestError, PersistedQueryNotFoundError."""
        digest = _digest(request)
        if digest is None:
            return request
        if request.query:
            if sha256(request.query.encode("utf-8", "surrogatepass")).hexdigest() != digest:
                raise MalformedRequestError("provided sha does not match query")
            return request
        if digest not in self._texts:
            raise PersistedQueryNotFoundError
        self._texts.move_to_end(digest)
        return replace(request, query=self._texts[digest])

    def keep(self, request: OperationRequest) -> None:
        """Remember the document of a completed request that proved valid."""
        digest = _digest(request)
        if digest is not None:
            self._texts[digest] = request.query
            self._texts.move_to_end(digest)
            if len(self._texts) > REMEMBERED_DOCUMENTS:
                self._texts.popitem(last=False)


def _digest(request: OperationRequest) -> str | None:
    match request.extensions.get("persistedQuery"):
        case None:
            return None
        case {"version": 1, "sha256Hash": str(digest)}:
            return digest.lower()
    raise MalformedRequestError("`extensions.persistedQuery` must be {version: 1, sha256Hash: …}.")
