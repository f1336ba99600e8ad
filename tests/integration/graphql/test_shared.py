from medianest.graphql.shared import Answer, Channel, Outlet, Question


def answer(_event: object) -> Answer:
    return Answer({"data": {"n": 1}}, is_shared=True)


def broken(_event: object) -> Answer:
    raise ValueError("NaN")


def failed(_event: object) -> Answer:
    return Answer({"data": None, "errors": [{"message": "no"}]})


CHANNEL = Channel("7", lambda _: True)


class TestOutlet:
    async def test_those_who_ask_the_same_by_the_same_id_are_one_audience(self) -> None:
        question = Question()
        one, same = (Outlet(question, asker, answer, CHANNEL) for asker in ("a", "b"))
        other_id = Outlet(question, "c", answer, Channel("8", lambda _: True))
        assert one.audience == same.audience
        assert other_id.audience != one.audience
        assert Outlet(Question(), "d", answer, CHANNEL).audience != one.audience

    async def test_message_is_a_frame_for_all_of_them(self) -> None:
        message = Outlet(Question(), "a", answer, CHANNEL).message(object())
        assert message is not None
        assert message.content.endswith(b'{"id":"7","type":"next","payload":{"data":{"n":1}}}')
        assert message.is_shared

    async def test_errors_go_by_the_reader(self) -> None:
        assert Outlet(Question(), "a", failed, CHANNEL).message(object()) is None

    async def test_what_cannot_be_answered_disturbs_nobody_else(self) -> None:
        assert Outlet(Question(), "a", broken, CHANNEL).message(object()) is None
