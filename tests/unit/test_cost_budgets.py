from uuid import UUID

import pytest

from models.actor import ANONYMOUS, Actor
from models.errors import RateLimitedError
from services.cost_budgets import CostBudgets
from tests.factories.clock import Clock

ADA, BOB = Actor(user_id=UUID(int=1)), Actor(user_id=UUID(int=2))
HERE = "203.0.113.1"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def budgets(clock: Clock) -> CostBudgets:
    """600 a minute are 10 a second."""
    return CostBudgets(600, clock)


class TestCharge:
    def test_a_whole_budget_can_be_spent_at_once_and_to_the_last_unit(self, budgets: CostBudgets) -> None:
        left = [budgets.charge(ADA, HERE, 1).require().remaining for _ in range(600)]
        assert left == list(reversed(range(600)))
        assert budgets.charge(ADA, HERE, 1).wait_seconds > 0

    def test_waiting_as_long_as_told_is_enough(self, budgets: CostBudgets, clock: Clock) -> None:
        budgets.charge(ADA, HERE, 600)
        with pytest.raises(RateLimitedError, match=r"Your operations cost too much lately: try again in 4 seconds\."):
            budgets.charge(ADA, HERE, 35).require()
        clock.now += 4
        assert budgets.charge(ADA, HERE, 35).require().remaining == 5

    def test_what_is_refused_takes_nothing(self, budgets: CostBudgets, clock: Clock) -> None:
        budgets.charge(ADA, HERE, 590)
        refused = [budgets.charge(ADA, HERE, 20) for _ in range(50)]
        assert {(allowance.remaining, allowance.reset_seconds, allowance.wait_seconds) for allowance in refused} == {
            (10, 59.0, 1.0)
        }
        assert budgets.charge(ADA, HERE, 10).require().remaining == 0

    def test_it_is_whole_again_at_the_reset(self, budgets: CostBudgets, clock: Clock) -> None:
        clock.now += budgets.charge(ADA, HERE, 300).reset_seconds
        assert budgets.charge(ADA, HERE, 0).remaining == 600

    def test_what_costs_more_than_a_budget_takes_a_whole_one(self, budgets: CostBudgets, clock: Clock) -> None:
        assert budgets.charge(ADA, HERE, 10_000).require().cost == 600
        assert budgets.charge(ADA, HERE, 10_000).wait_seconds == 60
        clock.now += 60
        budgets.charge(ADA, HERE, 10_000).require()

    def test_people_have_their_own_and_strangers_their_addresss(self, budgets: CostBudgets) -> None:
        for actor, address in ((ADA, HERE), (BOB, HERE), (ANONYMOUS, HERE), (ANONYMOUS, "203.0.113.2")):
            assert budgets.charge(actor, address, 600).require().remaining == 0
        assert budgets.charge(ADA, "203.0.113.9", 1).wait_seconds
        assert budgets.charge(ANONYMOUS, HERE, 1).wait_seconds

    def test_only_callers_of_the_last_minute_are_remembered(self, budgets: CostBudgets, clock: Clock) -> None:
        for number in range(1000):
            budgets.charge(ANONYMOUS, f"10.0.{number // 256}.{number % 256}", 600)
        clock.now += 60
        budgets.charge(ADA, HERE, 1)
        assert len(budgets._whole_at) == 1
