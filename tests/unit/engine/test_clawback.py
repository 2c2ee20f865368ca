"""What a return takes back, as base commission and lost accelerator."""

from decimal import Decimal

from sales_targets.engine.clawback import split
from tests.unit.engine.book import table

D = Decimal


def test_the_base_is_the_first_rate_and_the_accelerator_the_rest() -> None:
    # 1,500 at 5 % to 1,000 and 8 % above was 90; a return of 600 leaves 45.
    assert split(D(-600), table(("0", "0.05"), ("1000", "0.08")), D(-45)) == (-30, -15)


def test_a_threshold_is_no_rate() -> None:
    assert split(D(-100), table(("0", "0"), ("50", "0.1")), D(-10)) == (-10, 0)


def test_the_parts_are_rounded_and_sum() -> None:
    base, accelerator = split(D("-0.25"), table(("0", "0.1")), D("-0.03"))
    assert (base, accelerator) == (D("-0.03"), 0)


def test_an_amount_for_reaching_a_tier_has_no_base() -> None:
    assert split(D(-100), table(("0", "50"), fixed=True), D(-50), pay="fixed") == (0, -50)
    assert split(D(-100), table(("0", "1"), mode="whole"), D(-50), pay="on_target") == (0, -50)
