"""The outgoing client against services that hang, break off, refuse, and send too much."""

import asyncio
import datetime as dt
import gzip
import socket
import time
from dataclasses import replace
from email.utils import format_datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from infra.http.circuit import Phase
from infra.http.errors import (
    BreakerOpenError,
    UpstreamAnswerError,
    UpstreamError,
    UpstreamForbiddenError,
    UpstreamStatusError,
    UpstreamTimeoutError,
    UpstreamTooLargeError,
    UpstreamUnreachableError,
)
from tests.integration.outgoing.conftest import KEY, LIMITS, RULES, Connect, until
from tests.integration.outgoing.upstream import ALIEN, FILM, Reply, cut, drip, hang, reply, reset, serving


class TestTime:
    async def test_a_service_that_hangs(self, connect: Connect) -> None:
        async with serving(hang) as upstream:
            started = time.monotonic()
            with pytest.raises(UpstreamTimeoutError, match="films did not answer in time"):
                await connect(upstream.url()).get_json("/a", FILM)
        assert 0.3 <= time.monotonic() - started < 1
        assert len(upstream.received) == 1

    async def test_a_drip_ends_with_the_total_time(self, connect: Connect) -> None:
        async with serving(drip) as upstream:
            client, started = connect(upstream.url(), limits=replace(LIMITS, total_seconds=0.5)), time.monotonic()
            with pytest.raises(UpstreamTimeoutError):
                await client.get_json("/a", FILM)
        assert 0.5 <= time.monotonic() - started < 1
        assert (await client.breaker.state()).failures == 1

    async def test_nobody_there(self, connect: Connect) -> None:
        async with serving(reply()) as upstream:
            pass
        with pytest.raises(UpstreamUnreachableError, match="films could not be reached"):
            await connect(upstream.url()).get_json("/a", FILM)

    async def test_a_name_that_leads_nowhere(self, connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
        def unknown(*_args: Any, **_kwargs: Any) -> Any:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        with pytest.raises(UpstreamUnreachableError):
            await connect("http://films.test").get_json("/a", FILM)

    @pytest.mark.parametrize("breaks", [reset, cut])
    async def test_an_answer_cut_in_the_middle(self, connect: Connect, breaks: Reply) -> None:
        async with serving(breaks) as upstream:
            with pytest.raises(UpstreamUnreachableError):
                await connect(upstream.url()).post_json("/a", FILM)
        assert len(upstream.received) == 1

    async def test_something_that_does_not_speak_http(self, connect: Connect) -> None:
        async with serving(b"220 mail.example.org ESMTP ready\r\n\r\n") as upstream:
            with pytest.raises(UpstreamUnreachableError):
                await connect(upstream.url()).get_json("/a", FILM)


class TestRetries:
    @pytest.mark.parametrize("failure", [reply(429), reply(502), reply(503), reply(504), reset, cut])
    async def test_what_passes_is_tried_again(self, connect: Connect, failure: Reply) -> None:
        async with serving(failure, failure, reply()) as upstream:
            assert (await connect(upstream.url()).get_json("/a", FILM)).id == 348
        assert len(upstream.received) == 3

    async def test_three_times_and_no_more(self, connect: Connect) -> None:
        async with serving(reply(503)) as upstream:
            with pytest.raises(UpstreamStatusError, match="status 503"):
                await connect(upstream.url()).put_json("/a", FILM)
        assert len(upstream.received) == 3

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 500])
    async def test_what_does_not_pass_is_not(self, connect: Connect, status: int) -> None:
        async with serving(reply(status)) as upstream:
            with pytest.raises(UpstreamStatusError):
                await connect(upstream.url()).get_json("/a", FILM)
        assert len(upstream.received) == 1

    @pytest.mark.parametrize("failure", [reply(503), reset])
    async def test_a_post_is_not_repeated(self, connect: Connect, failure: Reply) -> None:
        async with serving(failure, reply()) as upstream:
            with pytest.raises(UpstreamError):
                await connect(upstream.url()).post_json("/a", FILM)
        assert len(upstream.received) == 1

    async def test_a_short_retry_after_is_waited_for(self, connect: Connect) -> None:
        async with serving(reply(429, Retry_After="1"), reply()) as upstream:
            started = time.monotonic()
            assert (await connect(upstream.url()).get_json("/a", FILM)).id == 348
        assert 0.9 <= time.monotonic() - started < 2

    @pytest.mark.parametrize("as_date", [False, True])
    async def test_a_long_one_is_handed_on(self, connect: Connect, as_date: bool) -> None:
        due = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=10)
        async with serving(reply(429, Retry_After=format_datetime(due, usegmt=True) if as_date else "600")) as upstream:
            with pytest.raises(UpstreamStatusError) as refused:
                await connect(upstream.url()).get_json("/a", FILM)
        assert len(upstream.received) == 1
        assert refused.value.retry_at is not None
        assert abs(refused.value.retry_at - due) < dt.timedelta(seconds=5)

    async def test_how_long_is_short_is_a_setting(self, connect: Connect) -> None:
        async with serving(reply(429, Retry_After="1")) as upstream:
            with pytest.raises(UpstreamStatusError):
                await connect(upstream.url(), limits=replace(LIMITS, retry_after_seconds=0.5)).get_json("/a", FILM)
        assert len(upstream.received) == 1

    @pytest.mark.parametrize("header", ["soon", "-5", "1e9", "²", "9" * 5000, "Wed, 99 Foo 2026"])
    async def test_a_retry_after_that_says_nothing_is_ignored(self, connect: Connect, header: str) -> None:
        async with serving(reply(503, Retry_After=header), reply()) as upstream:
            assert (await connect(upstream.url()).get_json("/a", FILM)).id == 348

    async def test_there_is_no_time_to_wait_beyond_the_total(self, connect: Connect) -> None:
        async with serving(reply(429, Retry_After="4")) as upstream:
            with pytest.raises(UpstreamStatusError):
                await connect(upstream.url()).get_json("/a", FILM)
        assert len(upstream.received) == 1


class TestSize:
    async def test_too_much(self, connect: Connect) -> None:
        async with serving(reply(200, b" " * LIMITS.max_bytes + ALIEN)) as upstream:
            with pytest.raises(UpstreamTooLargeError, match="more than 100000 bytes"):
                await connect(upstream.url()).get_json("/a", FILM)

    async def test_packed_answers_are_unpacked(self, connect: Connect) -> None:
        async with serving(reply(200, gzip.compress(ALIEN), Content_Encoding="gzip")) as upstream:
            assert (await connect(upstream.url()).get_json("/a", FILM)).id == 348

    async def test_a_gzip_bomb_is_too_much_long_before_it_is_unpacked(self, connect: Connect) -> None:
        bomb = gzip.compress(bytes(20_000_000))
        for layers in ("gzip", "gzip, gzip"):
            packed = gzip.compress(bomb) if "," in layers else bomb
            async with serving(reply(200, packed, Content_Encoding=layers)) as upstream:
                with pytest.raises(UpstreamTooLargeError):
                    await connect(upstream.url()).get_json("/a", FILM)

    async def test_a_broken_gzip_is_a_typed_error(self, connect: Connect) -> None:
        async with serving(reply(200, b"not packed", Content_Encoding="gzip")) as upstream:
            with pytest.raises(UpstreamAnswerError, match="cannot be unpacked"):
                await connect(upstream.url()).get_json("/a", FILM)

    @pytest.mark.parametrize("more", [{"Content_Encoding": "gzip"}, {}])
    async def test_of_a_refusal_only_the_beginning_is_read(self, connect: Connect, more: dict[str, str]) -> None:
        async with serving(reply(404, b"no such film\n" * 100_000, **more)) as upstream:
            with pytest.raises(UpstreamStatusError) as refused:
                await connect(upstream.url()).get_json("/a", FILM)
        assert refused.value.status == 404
        assert len(refused.value.excerpt) <= 300
        assert refused.value.excerpt.startswith("" if more else "no such film no such film")


class TestSecrets:
    async def test_an_excerpt_does_not_repeat_what_we_sent(self, connect: Connect) -> None:
        token = "t0ken-in-the-path-of-a-webhook"
        body = (
            f"<b>Bad key {KEY}</b>\n\x1b[31m{token}, {KEY[::-1]}, not Bearer s3cret-word or api_key=qu3ry-key".encode()
        )
        async with serving(reply(401, body)) as upstream:
            with pytest.raises(UpstreamStatusError) as refused:
                await connect(f"{upstream.url()}/hooks/{token}").send(
                    "GET", "/a", headers={"Authorization": "Bearer s3cret-word"}, params={"api_key": "qu3ry-key"}
                )
        assert refused.value.excerpt == f"<b>Bad key …</b> [31m…, {KEY[::-1]}, not Bearer … or api_key=…"

    async def test_logs_hold_neither_query_nor_headers(
        self, connect: Connect, caplog: pytest.LogCaptureFixture
    ) -> None:
        async with serving(reply(500), reset, reply()) as upstream:
            client = connect(f"{upstream.url()}/hooks/s3cret-hook")
            with capture_logs() as logs, caplog.at_level("INFO"):
                for _ in range(2):
                    with pytest.raises(UpstreamError):
                        await client.send("POST", "/a?x=qu3ry-key", params={"q": "qu3ry-key"})
                await client.send("POST", "/a?x=qu3ry-key", params={"q": "qu3ry-key"})
        assert [(each["event"], each["service"], each["method"], each["path"]) for each in logs] == [
            ("outgoing.failed", "films", "POST", "/a"),
            ("outgoing.failed", "films", "POST", "/a"),
            ("outgoing.answered", "films", "POST", "/a"),
        ]
        for secret in (KEY, "s3cret-hook", "qu3ry-key"):
            assert secret not in f"{logs}{caplog.text}"

    async def test_a_key_that_cannot_be_sent_is_not_logged(self, connect: Connect) -> None:
        async with serving(reply()) as upstream:
            with capture_logs() as logs, pytest.raises(UpstreamError):
                await connect(upstream.url(), headers={"X-Api-Key": f"{KEY}\n"}).get_json("/a", FILM)
        assert logs
        assert KEY not in str(logs)


class TestBreaker:
    @pytest.mark.parametrize("failure", [reply(500), reply(429), hang, reset])
    async def test_failures_open_it_and_then_nothing_is_sent(self, connect: Connect, failure: Reply) -> None:
        rules = replace(RULES, pause_seconds=30)
        async with serving(failure) as upstream:
            client = connect(upstream.url(), rules=rules, limits=replace(LIMITS, read_seconds=0.05))
            for _ in range(rules.threshold):
                with pytest.raises(UpstreamError):
                    await client.post_json("/a", FILM)
            started = time.monotonic()
            with pytest.raises(BreakerOpenError, match="films keeps failing") as refused:
                await client.get_json("/a", FILM)
        assert time.monotonic() - started < 1
        assert len(upstream.received) == rules.threshold
        state = await client.breaker.state()
        assert (state.state, state.failures, state.threshold) == (Phase.OPEN, 3, 3)
        assert refused.value.retry_at == state.retry_at
        assert state.opened_at is not None
        assert state.retry_at is not None
        assert 23 < (state.retry_at - state.opened_at).total_seconds() <= 30

    @pytest.mark.parametrize("answer", [reply(404), reply(401), reply(200, b"<html>"), reply(200, b" " * 200_000)])
    async def test_a_service_that_answers_keeps_it_closed(self, connect: Connect, answer: Reply) -> None:
        async with serving(answer) as upstream:
            client = connect(upstream.url(), rules=RULES)
            for _ in range(RULES.threshold + 1):
                with pytest.raises(UpstreamError):
                    await client.get_json("/a", FILM)
        assert (await client.breaker.state()).failures == 0

    async def test_tries_stop_when_it_opens(self, connect: Connect) -> None:
        async with serving(reply(503)) as upstream:
            client = connect(upstream.url(), rules=replace(RULES, threshold=2, pause_seconds=30))
            with pytest.raises(BreakerOpenError):
                await client.get_json("/a", FILM)
        assert len(upstream.received) == 2

    async def test_a_forbidden_address_says_nothing_about_the_service(self, connect: Connect) -> None:
        client = connect("http://127.0.0.1", allow=(), rules=RULES)
        for _ in range(RULES.threshold):
            with pytest.raises(UpstreamForbiddenError):
                await client.get_json("/a", FILM)
        assert (await client.breaker.state()).failures == 0

    async def test_a_caller_that_gives_up_says_nothing_either(self, connect: Connect) -> None:
        async with serving(hang) as upstream:
            client = connect(upstream.url(), rules=replace(RULES, threshold=1))
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await client.get_json("/a", FILM)
        assert (await client.breaker.state()).failures == 0

    async def test_it_heals(self, connect: Connect) -> None:
        async with serving(*[reply(500)] * RULES.threshold, reply()) as upstream:
            client = connect(upstream.url(), rules=RULES)
            for _ in range(RULES.threshold):
                with pytest.raises(UpstreamStatusError):
                    await client.get_json("/a", FILM)
            await until(client.breaker, Phase.HALF_OPEN)
            for expected in (Phase.HALF_OPEN, Phase.CLOSED):
                await client.get_json("/a", FILM)
                assert (await client.breaker.state()).state is expected
