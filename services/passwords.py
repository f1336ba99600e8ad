"""Argon2id, in threads, a few at a time: hashing must not stall anybody's request."""

import asyncio

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

_AT_ONCE = 4


class Passwords:
    def __init__(self, *, memory_kib: int = 19_456, rounds: int = 2) -> None:
        self._hash = PasswordHash((Argon2Hasher(time_cost=rounds, memory_cost=memory_kib, parallelism=1),))
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._nobody = ""

    async def hash(self, password: str) -> str:
        async with self._turns:
            return await asyncio.to_thread(self._hash.hash, password)

    async def verify(self, password: str, known: str | None) -> tuple[bool, str | None]:
        """Whether it is the password, and a better hash to keep where the kept one is outdated.

        Without a kept hash it takes the same time to say no, so that nobody learns who has an account.
        """
        if known is None:
            self._nobody = self._nobody or await self.hash("nobody")
        async with self._turns:
            matches, better = await asyncio.to_thread(self._hash.verify_and_update, password, known or self._nobody)
        return (matches, better) if known is not None else (False, None)
