"""Take the pictures of README and docs from the demo company: `make pictures` (BROWSER_SITE), all or by name with

    python scripts/run_tests.py pictures NAME ...

Nothing is saved on the site: forms are filled and left.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
WIDTH = 1400
MOST_BYTES = 300_000
COMPANY = "Demo Sales Company"


def stop(message: str) -> None:
    """End with a sentence instead of a traceback."""
    sys.exit(f"screenshots: {message}")


class Desk:
    """A logged-in browser page."""

    def __init__(self, page: Any, said: dict[str, Any]) -> None:
        self.page = page
        self.url: str = said["address"]
        self.people: dict[str, dict[str, str]] = said["people"]

    def become(self, role: str, language: str = "en") -> None:
        """Go on as somebody of the demo, in a language."""
        person = self.people[role]
        if role != "administrator":
            self.become("administrator")
            values = {"doctype": "User", "name": person["user"], "fieldname": "language", "value": language}
            self.call("frappe.client.set_value", **values)
        self.page.context.clear_cookies()
        self.page.context.add_cookies([{"name": "sid", "value": person["sid"], "url": self.url}])
        self.page.goto(f"{self.url}/app/todo")
        self.page.wait_for_load_state("networkidle")

    def open(self, path: str, height: int = 900, width: int = WIDTH) -> None:
        """Show a page of the desk, with everything it loads."""
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.goto(f"{self.url}/app/{path}")
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_timeout(2500)

    def call(self, method: str, **args: Any) -> Any:
        """A method of the server, as the desk calls it."""
        return self.page.evaluate("([method, args]) => frappe.xcall(method, args)", [method, args])

    def fill(self, **fields: Any) -> None:
        """Set fields of the open form, as typing them would."""
        for name, value in fields.items():
            self.page.evaluate("([name, value]) => cur_frm.set_value(name, value)", [name, value])
            self.page.wait_for_timeout(500)

    def target(self, owner: str) -> str:
        """The name of a seller's target by month."""
        filters = {"company": COMPANY, "sales_person": owner, "break_into": "Month", "docstatus": 1}
        found = self.call("frappe.client.get_list", doctype="Sales Target", filters=filters)
        if not found:
            stop(f"the demo is not on {self.url}: bench --site SITE sales-targets demo")
        return found[0]["name"]

    def save(self, name: str, selector: str = "") -> None:
        """Write the page, or the part that `selector` names, as a small PNG."""
        file = IMAGES / f"{name}.png"
        (self.page.locator(selector).last if selector else self.page).screenshot(path=str(file))
        shrink(file)
        print(f"{file.name}: {file.stat().st_size // 1000} kB")


def shrink(file: Path) -> None:
    """Fewer colours, which a screenshot does not miss."""
    from PIL import Image

    image = Image.open(file).convert("RGB").quantize(colors=256, dither=Image.Dither.NONE)
    image.save(file, optimize=True)
    if file.stat().st_size > MOST_BYTES:
        stop(f"{file.name} is larger than {MOST_BYTES // 1000} kB")


def report(desk: Desk, title: str, name: str, height: int = 950, **filters: str) -> None:
    """A report of the demo company, with these filters."""
    query = "&".join(f"{key}={value}" for key, value in {"company": COMPANY, **filters}.items())
    desk.open(f"query-report/{title}?{query}".replace(" ", "%20"), height)
    desk.page.wait_for_timeout(2000)
    desk.save(name)


def attainment(desk: Desk) -> None:
    """The tree of sellers by quarters."""
    report(desk, "Sales Target Attainment", "attainment", 1080, kpi="revenue", period="Quarter")


def trend(desk: Desk) -> None:
    """Revenue over the year beside the year before."""
    report(desk, "KPI Trend", "trend", 1000, kpi="revenue")


def ledger(desk: Desk) -> None:
    """A seller's credits."""
    report(desk, "Sales Credit Ledger", "ledger", 1000, kpi="revenue", sales_person="Ava Lindqvist")


def uncredited(desk: Desk) -> None:
    """What earned nobody credit."""
    report(desk, "Uncredited Documents", "uncredited", 840)


def workspace(desk: Desk) -> None:
    """The app's page in the desk, as the head of sales has it."""
    desk.become("manager")
    desk.open("sales-targets", 1500)
    # Its charts are drawn one after the other, and grow.
    desk.page.wait_for_timeout(4000)
    desk.save("workspace")


def my_targets(desk: Desk) -> None:
    """A seller's own page: on the desktop, on a phone, and in Persian."""
    desk.become("seller")
    desk.open("my-targets", 1500)
    desk.save("my-targets")
    desk.open("my-targets", 1300, width=360)
    desk.save("my-targets-phone")
    desk.become("seller", "fa")
    desk.open("my-targets", 1500)
    desk.save("my-targets-fa")
    desk.become("seller")


def leaderboard(desk: Desk) -> None:
    """Sellers and teams side by side."""
    desk.become("manager")
    desk.open("sales-leaderboard", 900)
    desk.save("leaderboard")


def scorecard(desk: Desk) -> None:
    """The KPIs by perspective."""
    report(desk, "KPI Scorecard", "scorecard", 1100)


def progress(desk: Desk) -> None:
    """What a KPI has come to, beside what was expected by then."""
    report(desk, "Target Progress", "progress", 1000, kpi="revenue")


def opportunity(desk: Desk) -> None:
    """What an open opportunity would pay its seller."""
    desk.become("manager")
    filters = {"company": COMPANY, "status": "Open"}
    found = desk.call("frappe.client.get_list", doctype="Opportunity", filters=filters)
    desk.open("opportunity/" + found[0]["name"], 900)
    desk.page.locator(".sales-targets-indicator:visible").first.click()
    desk.page.wait_for_timeout(800)
    desk.save("opportunity")


def proposal(desk: Desk) -> None:
    """A target that a seller has answered with other figures."""
    desk.become("manager")
    filters = {"company": COMPANY, "workflow_state": "Countered"}
    found = desk.call("frappe.client.get_list", doctype="Sales Target", filters=filters)
    if not found:
        stop("the demo has no target that was countered: make it anew")
    desk.open("sales-target/" + found[0]["name"], 1000)
    desk.save("proposal")


def targets(desk: Desk) -> None:
    """The list of targets with their progress."""
    desk.open("sales-target", 900)
    desk.save("targets")


def target(desk: Desk) -> None:
    """A team's target, with where it stands."""
    desk.open(f"sales-target/{desk.target('Demo North')}", 1010)
    desk.save("target")


def revise(desk: Desk) -> None:
    """The dialog that changes a target in force."""
    desk.open(f"sales-target/{desk.target('Demo South')}")
    desk.page.get_by_role("button", name="Revise").first.click()
    desk.page.wait_for_timeout(1000)
    dialog = desk.page.locator(".modal.show")
    dialog.locator("[data-fieldname=new_target] input").fill("250000")
    dialog.locator("[data-fieldname=reason] textarea").fill("A public tender came in.")
    dialog.locator(".modal-title").click()
    desk.page.wait_for_timeout(2500)
    desk.save("revise", ".modal.show .modal-content")


def distribute(desk: Desk) -> None:
    """The dialog that splits a team's target."""
    desk.open(f"sales-target/{desk.target('Demo South')}")
    desk.page.get_by_role("button", name="Distribute to Team").first.click()
    desk.page.wait_for_timeout(2500)
    desk.save("distribute", ".modal.show .modal-content")


def suggest(desk: Desk) -> None:
    """A new target filled from history."""
    _new_target(desk)
    desk.page.get_by_role("button", name="Get Targets").click()
    desk.page.get_by_role("link", name="Suggest from History").click()
    desk.page.wait_for_timeout(3000)
    desk.save("suggest", ".modal.show .modal-content")
    desk.page.get_by_role("button", name="Fill Targets").click()
    desk.page.wait_for_timeout(1500)
    desk.save("new-target")


def _new_target(desk: Desk) -> None:
    """Next year's target of a seller, on two KPIs, not saved."""
    desk.open("sales-target/new", 1000)
    this_year = desk.page.evaluate("() => new Date().getFullYear()")
    desk.fill(sales_person="Hiro Tanaka", company=COMPANY, break_into="Quarter")
    desk.fill(from_date=f"{this_year + 1}-01-01", to_date=f"{this_year + 1}-12-31")
    desk.page.locator("[data-fieldname=kpis] .grid-add-row").click()
    desk.page.wait_for_timeout(500)
    for row, (kpi, title, weight) in enumerate((("revenue", "Revenue", 70), ("win_rate", "Win rate", 30))):
        desk.page.evaluate(
            """([row, kpi, title, weight]) => {
                frappe.utils.add_link_title("KPI Definition", kpi, title);
                const line = cur_frm.doc.kpis[row];
                frappe.model.set_value(line.doctype, line.name, "weight", weight);
                return frappe.model.set_value(line.doctype, line.name, "kpi", kpi);
            }""",
            [row, kpi, title, weight],
        )
        desk.page.wait_for_timeout(700)
    desk.page.evaluate("() => cur_frm.refresh_field('kpis')")


def kpi(desk: Desk) -> None:
    """A KPI of one's own, with the preview of what it would credit."""
    desk.open("kpi-definition/new", 1480)
    desk.fill(code="big_invoices", title="Big invoices", document_type="Sales Invoice")
    desk.page.wait_for_timeout(1500)
    desk.fill(aggregate="Count", unit="Number")
    desk.fill(filters_json='[["Sales Invoice","base_net_total",">=","10000"]]')
    desk.page.evaluate("() => cur_frm.refresh()")
    desk.page.wait_for_timeout(1500)
    desk.page.get_by_role("button", name="Preview").click()
    desk.page.wait_for_timeout(2500)
    desk.save("kpi")


def settings(desk: Desk) -> None:
    """The app's settings."""
    desk.open("sales-targets-settings", 680)
    desk.save("settings")


def rule(desk: Desk) -> None:
    """An incentive rule with its pay curve."""
    filters = {"company": COMPANY, "kpi": "revenue"}
    desk.open("incentive-rule", 900)
    found = desk.call("frappe.client.get_list", doctype="Incentive Rule", filters=filters)
    if not found:
        stop("the demo has no incentive rule: make it anew")
    desk.open("incentive-rule/" + found[0]["name"], 1640)
    desk.save("rule")


def statement(desk: Desk) -> None:
    """A statement with what its first line explains."""
    filters = {"company": COMPANY, "earned": [">", 500], "sales_person": ["is", "set"]}
    found = desk.call("frappe.client.get_list", doctype="Commission Statement", filters=filters)
    if not found:
        stop("the demo company has no statement: make it anew")
    desk.open("commission-statement/" + found[0]["name"], 1500)
    desk.page.locator("details summary").first.click()
    desk.page.wait_for_timeout(500)
    desk.save("statement")


PICTURES: tuple[Callable[[Desk], None], ...] = (
    attainment, target, targets, suggest, revise, distribute, trend, ledger, uncredited, workspace, kpi,
    settings, rule, statement, scorecard, progress, my_targets, leaderboard, opportunity, proposal,
)  # fmt: skip


def main() -> None:
    """Take all pictures, or those named."""
    wanted = set(sys.argv[1:])
    if not os.environ.get("DESK"):
        stop("run it by `make pictures`, which serves the demo's desk")
    unknown = wanted - {picture.__name__ for picture in PICTURES}
    if unknown:
        stop(f"no picture {', '.join(sorted(unknown))}")
    # Here, so that a wrong name is said without them.
    from playwright.sync_api import sync_playwright

    said = json.loads(Path(os.environ["DESK"]).read_text(encoding="utf-8"))
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=os.environ.get("CHROMIUM"), args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": WIDTH, "height": 900})
        page.set_default_timeout(60_000)
        desk = Desk(page, said)
        for picture in PICTURES:
            if not wanted or picture.__name__ in wanted:
                desk.become("administrator")
                picture(desk)
        chromium.close()


if __name__ == "__main__":
    main()
