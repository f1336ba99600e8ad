"""Argon2id, in threads, a few at a time: hashing must not stall anybody's request."""

import asyncio
import time

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from pwdlib.hashers.base import ensure_bytes
from pwdlib.hashers.bcrypt import BcryptHasher
from typing_extensions import override

_AT_ONCE = 4
_BCRYPT_BYTES = 72


class Passwords:
    """Hashes of other programs, in bcrypt or an Argon2 of other costs, are taken too, and give way to better ones.

    A refusal takes `refusal_seconds` at least, whatever kind of hash it was compared with.
    """

    def __init__(self, *, memory_kib: int = 19_456, rounds: int = 2, refusal_seconds: float = 0.5) -> None:
        self._argon2 = Argon2Hasher(time_cost=rounds, memory_cost=memory_kib, parallelism=1)
        self._hash = PasswordHash((self._argon2, _Bcrypt()))
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._refusal_seconds = refusal_seconds
        self._nobody = ""

    async def hash(self, password: str) -> str:
        async with self._turns:
            return await asyncio.to_thread(self._hash.hash, password)

    async def verify(self, password: str, known: str | None) -> tuple[bool, str | None]:
        """Whether it is the password, and a better hash to keep where the kept one is outdated.

        Without a kept hash it takes the same time to say no, so that nobody learns who has an account.
        """
        began = time.monotonic()
        self._nobody = self._nobody or await self.hash("nobody")
        async with self._turns:
            matches, better = await asyncio.to_thread(self._compare, password, known or self._nobody)
        if matches and known is not None:
            return True, better
        await asyncio.sleep(began + self._refusal_seconds - time.monotonic())
        return False, None

    def _compare(self, password: str, known: str) -> tuple[bool, str | None]:
        matches, better = self._hash.verify_and_update(password, known)
        # of a longer one bcrypt saw the beginning only: what follows may be mistyped, and must not become the password
        is_whole = self._argon2.identify(known) or len(password.encode()) <= _BCRYPT_BYTES
        return matches, better if is_whole else None


class _Bcrypt(BcryptHasher):
    @override
    def verify(self, password: str | bytes, hash: str | bytes) -> bool:
        return super().verify(ensure_bytes(password)[:_BCRYPT_BYTES], hash)
