"""A browser for the session, and the desk as one of the demo's people sees it.

`DESK` names a file that says where the desk is served and who is logged in (`scripts/browser.py` writes it),
`CHROMIUM` the browser.
"""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.desk import Desk, Office


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=os.environ.get("CHROMIUM"), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def office(chromium: Browser) -> Iterator[Office]:
    """Everybody who can log in."""
    said = json.loads(Path(os.environ["DESK"]).read_text(encoding="utf-8"))
    office = Office(chromium, said)
    yield office
    office.close()


@pytest.fixture
def desk(office: Office) -> Iterator[Callable[..., Desk]]:
    """`desk("seller", "fa")`: the desk of one of the people, in a language (English unless said).

    At the end of the test nobody's console may hold an error.
    """
    used: list[Desk] = []

    def open_desk(role: str, language: str = "en") -> Desk:
        used.append(office.desk(role, language))
        return used[-1]

    yield open_desk
    said = [error for one in used for error in one.take_errors()]
    assert not said, "errors in the console:\n" + "\n".join(said)


@pytest.fixture
def admin(desk: Callable[..., Desk]) -> Desk:
    """The Administrator's desk: for what has to be there before the test begins."""
    return desk("administrator")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One language after the other: changing it means loading the desk anew."""
    items.sort(
        key=lambda item: (
            getattr(item, "callspec", None) is not None and item.callspec.params.get("language") == "fa"
        )
    )


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Iterator[None]:
    """With BROWSER_PICTURES=folder, keep a picture of every page a failed test has used."""
    outcome = yield
    folder = os.environ.get("BROWSER_PICTURES")
    office = item.funcargs.get("office") if hasattr(item, "funcargs") else None
    if folder and office and call.when == "call" and outcome.get_result().failed:
        office.photograph(Path(folder), item.name)
