import pytest

from tests.bench import factories as make


@pytest.fixture
def credited(enable) -> None:
    """The KPIs these tests write targets on are enabled."""
    enable(
        "revenue",
        "units",
        "margin",
        "win_rate",
        "average_deal_value",
        "lost_count",
        "orders_value",
        "won_value",
    )


@pytest.fixture
def seller() -> tuple[str, str]:
    """(sales person, their user)."""
    return make.seller_user()


@pytest.fixture
def manager() -> str:
    """A user who plans."""
    return make.user("Sales Manager")
