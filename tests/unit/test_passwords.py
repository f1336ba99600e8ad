import time

import bcrypt
import pytest
from pwdlib.hashers.argon2 import Argon2Hasher

from services.passwords import Passwords

PASSWORD = "correct horse battery"


@pytest.fixture
def passwords() -> Passwords:
    return Passwords(memory_kib=64, rounds=1, refusal_seconds=0)


def bcrypt_hash(password: str, prefix: str = "$2b$") -> str:
    hashed = bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(4)).decode()
    return prefix + hashed.removeprefix("$2b$")


class TestVerify:
    @pytest.mark.parametrize("prefix", ["$2a$", "$2b$", "$2y$"])
    async def test_bcrypt_is_taken_and_becomes_argon2(self, passwords: Passwords, prefix: str) -> None:
        known = bcrypt_hash(PASSWORD, prefix)
        assert await passwords.verify("wrong", known) == (False, None)
        matches, better = await passwords.verify(PASSWORD, known)
        assert matches
        assert better is not None
        assert better.startswith("$argon2id$")
        assert await passwords.verify(PASSWORD, better) == (True, None)

    async def test_argon2_of_other_costs_becomes_ours(self, passwords: Passwords) -> None:
        known = Argon2Hasher(time_cost=2, memory_cost=128, parallelism=2).hash(PASSWORD)
        matches, better = await passwords.verify(PASSWORD, known)
        assert matches
        assert better is not None
        assert "m=64,t=1,p=1" in better

    @pytest.mark.parametrize("letter", ["x", "ß"])
    async def test_what_bcrypt_never_saw_does_not_become_the_password(self, passwords: Passwords, letter: str) -> None:
        password = letter * 80
        known = bcrypt_hash(password)
        assert await passwords.verify(password, known) == (True, None)
        assert await passwords.verify(f"{password} mistyped", known) == (True, None)
        assert await passwords.verify(letter * 30, known) == (False, None)

    async def test_nobody_has_no_password(self, passwords: Passwords) -> None:
        assert await passwords.verify("nobody", None) == (False, None)

    async def test_every_refusal_takes_as_long(self) -> None:
        passwords = Passwords(memory_kib=64, rounds=1, refusal_seconds=0.2)
        took = []
        for known in (None, await passwords.hash(PASSWORD), bcrypt_hash(PASSWORD)):
            began = time.monotonic()
            await passwords.verify("wrong", known)
            took.append(time.monotonic() - began)
        assert min(took) >= 0.2
        began = time.monotonic()
        await passwords.verify(PASSWORD, await passwords.hash(PASSWORD))
        assert time.monotonic() - began < 0.2
