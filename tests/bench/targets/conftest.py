import pytest


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
