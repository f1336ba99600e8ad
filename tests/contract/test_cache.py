"""What every cache does: in this process or in Redis."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from infra.cache.base import Cache, Entry
from infra.cache.memory import MemoryCache
from infra.cache.redis import RedisCache
from infra.redis import PatientRedis

ADA, BOB = Entry("user_by_id:ada", "user:ada"), Entry("user_by_id:bob", "user:bob")
ADAS_FILES = Entry("files:ada", "user:ada")


@pytest.fixture(params=["memory", "redis"])
async def cache(request: pytest.FixtureRequest, redis_url: str) -> AsyncIterator[Cache]:
    if request.param == "memory":
        yield MemoryCache()
        return
    async with Redis.from_url(redis_url) as redis:
        yield RedisCache(PatientRedis(redis))


async def keep(cache: Cache, entry: Entry, value: bytes, ttl_seconds: int = 60) -> None:
    lookup = await cache.get([entry])
    await cache.put({entry: value}, lookup.generations, ttl_seconds)


class TestCache:
    async def test_answers_in_the_order_asked(self, cache: Cache) -> None:
        await keep(cache, BOB, b"bob")
        assert (await cache.get([ADA, BOB, ADA])).values == [None, b"bob", None]

    async def test_values_are_any_bytes(self, cache: Cache) -> None:
        await keep(cache, ADA, bytes(range(256)))
        assert (await cache.get([ADA])).values == [bytes(range(256))]

    async def test_a_purge_reaches_everything_under_the_tag(self, cache: Cache) -> None:
        for entry in (ADA, ADAS_FILES, BOB):
            await keep(cache, entry, b"x")
        await cache.purge(["user:ada"])
        assert (await cache.get([ADA, ADAS_FILES, BOB])).values == [None, None, b"x"]

    async def test_what_was_read_before_a_purge_is_not_kept_after_it(self, cache: Cache) -> None:
        before = await cache.get([ADA])
        await cache.purge(["user:ada"])  # somebody changed the row meanwhile
        await cache.put({ADA: b"old"}, before.generations, 60)
        assert (await cache.get([ADA])).values == [None]

    async def test_a_value_ends_with_its_time(self, cache: Cache) -> None:
        lookup = await cache.get([ADA])
        await cache.put({ADA: b"x"}, lookup.generations, 1)
        assert (await cache.get([ADA])).values == [b"x"]
        await asyncio.sleep(1.1)
        assert (await cache.get([ADA])).values == [None]

    async def test_nothing_in_nothing_out(self, cache: Cache) -> None:
        await cache.put({}, {}, 60)
        await cache.purge([])


class TestMemoryCache:
    async def test_it_does_not_grow_for_ever(self) -> None:
        cache = MemoryCache(max_entries=10)
        entries = [Entry(f"k{number}", f"t{number}") for number in range(20)]
        for entry in entries:
            await keep(cache, entry, b"x")
        assert (await cache.get(entries)).values == [None] * 10 + [b"x"] * 10


class TestRedisCache:
    async def test_a_batch_is_one_round_trip(self, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        async with Redis.from_url(redis_url) as redis:
            commands: list[str] = []
            execute = redis.execute_command

            async def counting(*args: object, **options: object) -> object:
                commands.append(str(args[0]))
                return await execute(*args, **options)  # type: ignore[no-untyped-call]

            monkeypatch.setattr(redis, "execute_command", counting)
            entries = [Entry(f"k{number}", f"t{number}") for number in range(100)]
            lookup = await RedisCache(PatientRedis(redis)).get(entries)
            await RedisCache(PatientRedis(redis)).put(dict.fromkeys(entries, b"x"), lookup.generations, 60)
            commands.clear()
            assert (await RedisCache(PatientRedis(redis)).get(entries)).values == [b"x"] * 100
            assert commands == ["MGET"]

    async def test_what_redis_forgot_makes_nothing_current_again(self, redis_url: str) -> None:
        async with Redis.from_url(redis_url) as redis:
            cache = RedisCache(PatientRedis(redis))
            await keep(cache, ADA, b"old")
            await redis.delete("medianest:tag:user:ada")  # evicted, or lost in a power cut
            assert (await cache.get([ADA])).values == [None]

    async def test_away_it_finds_nothing_and_raises_nothing(self) -> None:
        cache = RedisCache(PatientRedis(Redis.from_url("unix:///nowhere")))
        await cache.put({ADA: b"x"}, {"user:ada": b"1"}, 60)
        await cache.purge(["user:ada"])
        assert (await cache.get([ADA, BOB])).values == [None, None]

    async def test_a_purge_it_missed_is_made_up_for_before_anything_is_read(
        self, redis_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with Redis.from_url(redis_url) as redis:
            cache = RedisCache(PatientRedis(redis))
            await keep(cache, ADA, b"old")
            pool = redis.connection_pool
            await pool.disconnect()
            path = pool.connection_kwargs["path"]
            pool.connection_kwargs["path"] = "/nowhere"
            await cache.purge(["user:ada"])
            pool.connection_kwargs["path"] = path
            assert (await cache.get([ADA])).values == [None], "still left alone"
            monkeypatch.setattr(cache._redis, "_away_until", 0.0)
            assert (await cache.get([ADA])).values == [None]
            await keep(cache, ADA, b"new")
            assert (await cache.get([ADA])).values == [b"new"]
