"""A file sent as browsers send it."""

import hashlib

import pytest

from models.files import StoredFile
from models.users import User
from tests.clients.conftest import PASSWORD, RunProgram

_BYTES = 3_000_000


@pytest.mark.parametrize("client", ["upload", "apollo_upload"])
class TestFormData:
    async def test_a_file_of_some_megabytes(self, client: str, run: RunProgram, person: User) -> None:
        async with run(client, email=person.email, password=PASSWORD, kind="OTHER", bytes=_BYTES) as program:
            (line,) = await program.rest()
        content = b"MediaNest\n" * (_BYTES // 10)
        assert line == {
            "file": {
                "filename": "a quoted ü.txt",
                "mimeType": "text/plain",
                "bytes": _BYTES,
                "sha256": hashlib.sha256(content).hexdigest(),
            },
            "errors": [],
        }

    async def test_what_is_refused_while_it_comes_is_told(self, client: str, run: RunProgram, person: User) -> None:
        async with run(client, email=person.email, password=PASSWORD, kind="COOKIES", bytes=_BYTES) as program:
            (line,) = await program.rest()
        assert line == {"file": None, "errors": [{"code": "PAYLOAD_TOO_LARGE"}]}
        assert await StoredFile.all().count() == 0
