import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest
from redis.asyncio import Redis

from infra.cache.kept import Ask, KeptAnswers, Shelf
from infra.http.errors import UpstreamUnreachableError
from infra.redis import PatientRedis

OLD_AT_ONCE = Shelf(fresh_seconds=0, patience_seconds=5)
IMPATIENT = Shelf(fresh_seconds=0, patience_seconds=0.1)


class Films:
    """A system elsewhere: what it says next, and how often it was asked."""

    def __init__(self, answer: Any = "Alien") -> None:
        self.answer = answer
        self.asked = 0
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def ask(self) -> Any:
        self.asked += 1
        await self.may_answer.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


DOWN = UpstreamUnreachableError("Films")


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[PatientRedis]:
    async with Redis.from_url(redis_url) as client:
        yield PatientRedis(client)


async def one(answers: KeptAnswers, films: Films) -> Any:
    (answer,) = await answers.get({"alien": films.ask})
    return answer


class TestKeptAnswers:
    async def test_a_fresh_answer_is_given_again_everywhere(self, redis: PatientRedis) -> None:
        films = Films(["Alien", None, {"year": 1979}])
        assert await one(KeptAnswers(redis, "films"), films) == films.answer
        assert await one(KeptAnswers(redis, "films"), films) == films.answer
        assert films.asked == 1

    async def test_what_is_not_there_is_an_answer_too(self, redis: PatientRedis) -> None:
        films, answers = Films(None), KeptAnswers(redis, "films")
        assert [await one(answers, films), await one(answers, films)] == [None, None]
        assert films.asked == 1

    async def test_an_old_answer_is_asked_for_again(self, redis: PatientRedis) -> None:
        films, answers = Films(), KeptAnswers(redis, "films", OLD_AT_ONCE)
        await one(answers, films)
        films.answer = "Aliens"
        assert await one(answers, films) == "Aliens"

    async def test_an_old_answer_stands_in_for_a_failure(self, redis: PatientRedis) -> None:
        films, answers = Films(), KeptAnswers(redis, "films", OLD_AT_ONCE)
        await one(answers, films)
        films.answer = DOWN
        assert [await one(answers, films), await one(answers, films)] == ["Alien", "Alien"]
        assert films.asked == 3

    async def test_an_old_answer_is_not_waited_for_long_and_the_new_one_is_kept(self, redis: PatientRedis) -> None:
        films, answers = Films(), KeptAnswers(redis, "films", IMPATIENT)
        await one(answers, films)
        films.answer = "Aliens"
        films.may_answer.clear()
        assert await one(answers, films) == "Alien"
        films.may_answer.set()
        while answers._under_way:
            await asyncio.sleep(0.01)
        assert await one(KeptAnswers(redis, "films"), films) == "Aliens"
        assert films.asked == 2

    async def test_without_any_answer_the_failure_is_told(self, redis: PatientRedis) -> None:
        films, answers = Films(DOWN), KeptAnswers(redis, "films")
        assert await one(answers, films) is DOWN
        films.answer = "Alien"
        assert await one(answers, films) == "Alien"

    async def test_each_is_answered_by_itself_in_their_order(self, redis: PatientRedis) -> None:
        kinds = [Films("a"), Films(DOWN), Films(None)]
        found = await KeptAnswers(redis, "films").get({str(number): films.ask for number, films in enumerate(kinds)})
        assert found == ["a", DOWN, None]

    async def test_nothing_in_nothing_out(self, redis: PatientRedis) -> None:
        assert await KeptAnswers(redis, "films").get({}) == []

    async def test_what_many_want_at_once_is_asked_once(
        self, redis: PatientRedis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        films, answers = Films(), KeptAnswers(redis, "films", OLD_AT_ONCE)
        asking, joined = answers._asking, list[str]()

        def join(key: str, ask: Ask) -> asyncio.Task[Any]:
            joined.append(key)
            return asking(key, ask)

        monkeypatch.setattr(answers, "_asking", join)
        films.may_answer.clear()
        wanting = [asyncio.create_task(one(answers, films)) for _ in range(50)]
        while len(joined) < len(wanting):
            await asyncio.sleep(0.01)
        wanting[0].cancel()  # whoever leaves first takes nothing from the others
        films.may_answer.set()
        ended = await asyncio.gather(*wanting, return_exceptions=True)
        assert ended[1:] == ["Alien"] * 49
        assert films.asked == 1

    async def test_a_bug_is_no_failure_of_the_system(self, redis: PatientRedis) -> None:
        answers = KeptAnswers(redis, "films", OLD_AT_ONCE)
        await one(answers, Films())
        with pytest.raises(ZeroDivisionError):
            await one(answers, Films(ZeroDivisionError()))

    async def test_what_cannot_be_read_is_asked_for_again(self, redis: PatientRedis) -> None:
        films, answers = Films(), KeptAnswers(redis, "films")
        await one(answers, films)
        (key,) = await redis.client.keys("*")
        await redis.client.set(key, b"rubbish")
        assert await one(answers, films) == "Alien"
        assert films.asked == 2

    async def test_nothing_is_kept_for_ever(self, redis: PatientRedis) -> None:
        await one(KeptAnswers(redis, "films", Shelf(kept_seconds=100)), Films())
        (key,) = await redis.client.keys("*")
        assert 0 < await redis.client.ttl(key) <= 100

    async def test_without_redis_the_system_itself_answers(self) -> None:
        films, answers = Films(), KeptAnswers(PatientRedis(Redis.from_url("unix:///nowhere")), "films")
        assert [await one(answers, films), await one(answers, films)] == ["Alien", "Alien"]
        assert films.asked == 2

    async def test_closing_leaves_nothing_behind(self, redis: PatientRedis) -> None:
        films, answers = Films(), KeptAnswers(redis, "films")
        films.may_answer.clear()
        wanting = asyncio.create_task(one(answers, films))
        while not films.asked:
            await asyncio.sleep(0.01)
        wanting.cancel()
        with suppress(asyncio.CancelledError):
            await wanting
        await answers.close()
        assert answers._under_way == {}
