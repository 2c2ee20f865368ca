"""My Targets: where a seller stands, what it pays, what would close the gap, and what to do next; in one answer."""

from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, cstr, getdate, today

from sales_targets.desk import my_deals, my_lines, my_tasks
from sales_targets.desk.estimate import STATEMENT, Estimate, may_see
from sales_targets.desk.routes import form, listing, new, page, tree
from sales_targets.targets import dates, people

TARGET, RULE = "Sales Target", "Incentive Rule"
# Names in the list to choose from; who leads more people finds them by the address of the page.
MOST_SELLERS = 1000
STATEMENTS = 5


@frappe.whitelist()
def mine(sales_person: str = "", company: str = "") -> dict[str, Any]:
    """Everything the page shows about one seller in one company; both fall back to the user's own.

    `sellers` [{name, depth}] and `companies` to choose from; `notice` {text, links} where there is nothing else
    to show; else `proposed`, `targets`, `no_target`, `commission`, `pipeline`, `tasks`, `statements`, of which each may be
    None (not for this user) or have an `empty` {text, links}. Numbers are floats, amounts in `currency`, shares
    parts of 1, days ISO texts.
    """
    frappe.has_permission(TARGET, "read", throw=True)
    sellers, companies = _sellers(), _companies()
    names = {one["name"] for one in sellers}
    chosen = cstr(sales_person) or _own_seller(names)
    found: dict[str, Any] = {
        "day": today(),
        "sellers": sellers if len(sellers) > 1 else [],
        "sales_person": chosen,
        "companies": companies,
        "company": cstr(company) or _company(companies, chosen),
        "notice": _barred(chosen, cstr(company), names, companies),
    }
    if not found["notice"]:
        found["notice"] = _notice(found, bool(sellers))
    return found if found["notice"] else found | _of(chosen, found["company"])


@frappe.whitelist()
def one_more(sales_person: str, company: str, amount: str | float) -> dict[str, Any]:
    """What one more deal of `amount` (the company's currency) made today would pay the seller; see the estimate."""
    frappe.has_permission(TARGET, "read", throw=True)
    if not may_see(sales_person, company):
        raise frappe.PermissionError(_("You may not see the pay of {0}.").format(sales_person))
    try:
        return Estimate(sales_person, company).one_more(amount)
    except ValueError:
        return {"pays": None, "parts": [], "sentences": [], "reason": _("Enter an amount above 0.")}


def _of(sales_person: str, company: str) -> dict[str, Any]:
    """The page's parts."""
    day = getdate(today())
    currency = frappe.get_cached_value("Company", company, "default_currency") or ""
    standings = my_lines.of_today(sales_person, company, day)
    user = my_tasks.user_of(sales_person)
    return {
        "currency": currency,
        "proposed": my_lines.proposed(sales_person, company),
        "targets": my_lines.shown(standings),
        "no_target": None if standings else _no_target(sales_person, company),
        "commission": _commission(sales_person, company),
        "pipeline": my_deals.shown(sales_person, company, my_lines.gap(standings), day),
        "tasks": my_tasks.shown(sales_person, user, my_lines.wanting(standings), day),
        "statements": _statements(sales_person, company, own=user == frappe.session.user),
    }


def _sellers() -> list[dict[str, Any]]:
    """Sellers the user may look at, in the order of the tree; `depth` is how far below the top ones."""
    allowed = people.allowed_sellers()
    filters: dict[str, Any] = {"enabled": 1}
    if allowed is not None:
        filters["name"] = ["in", sorted(allowed) or [""]]
    rows = frappe.get_all(
        "Sales Person",
        filters=filters,
        fields=["name", "lft", "rgt", "parent_sales_person"],
        order_by="lft",
        limit=MOST_SELLERS,
    )
    if len(rows) == 1 and not rows[0].parent_sales_person:
        return []  # the root of the tree, which every site has, is nobody
    found: list[dict[str, Any]] = []
    above: list[int] = []
    for row in rows:
        while above and above[-1] < row.lft:
            above.pop()
        found.append({"name": row.name, "depth": len(above)})
        above.append(row.rgt)
    return found


def _barred(sales_person: str, company: str, names: set[str], companies: list[str]) -> dict[str, Any] | None:
    """What is said to who asks for a seller or a company that is none of theirs, or does not exist."""
    allowed = people.allowed_sellers()
    own = (_("My Targets"), page("my-targets"))
    if sales_person and sales_person not in names:
        known = frappe.db.exists("Sales Person", sales_person) if allowed is None else sales_person in allowed
        if not known:
            return _said(_("You may not see the targets of {0}.").format(sales_person), own)
    if company and company not in companies:
        return _said(_("You are not permitted to see company {0}.").format(company), own)
    return None


def _own_seller(names: set[str]) -> str:
    """The Sales Person that is this user; '' for who is none, unless there is only one to look at."""
    employees = frappe.get_all("Employee", filters={"user_id": frappe.session.user}, pluck="name")
    filters = {"employee": ["in", employees]}
    own = frappe.get_all("Sales Person", filters=filters, order_by="lft", pluck="name") if employees else []
    own = [name for name in own if name in names]
    return own[0] if own else (next(iter(names)) if len(names) == 1 else "")


def _companies() -> list[str]:
    """Companies the user may see targets of."""
    allowed = people.allowed_companies()
    names = frappe.get_all("Company", order_by="name", pluck="name")
    return [name for name in names if allowed is None or name in allowed]


def _company(companies: list[str], sales_person: str) -> str:
    """Where the seller has a target today, the user's own default among these first."""
    default = frappe.defaults.get_user_default("Company")
    if sales_person and len(companies) > 1:
        now = {"docstatus": 1, "sales_person": sales_person, "from_date": ["<=", today()]}
        with_targets = frappe.get_all(
            TARGET, filters={**now, "to_date": [">=", today()], "company": ["in", companies]}, pluck="company"
        )
        if with_targets:
            return default if default in with_targets else sorted(with_targets)[0]
    if default in companies:
        return default
    return companies[0] if companies else ""


def _notice(found: dict[str, Any], any_seller: bool) -> dict[str, Any] | None:
    """What is said instead of everything, and where to go on."""
    manager = people.is_manager()
    if not found["companies"]:
        if frappe.has_permission("Company", "create"):
            return _said(_("There is no company yet: make one first."), (_("New Company"), new("Company")))
        return _said(_("There is no company whose targets you may see. Ask who administers the site."))
    if found["sales_person"]:
        return None
    if any_seller:
        return _said(
            _("You are not a seller yourself. Choose whose targets you want to see."),
            (_("Sales Leaderboard"), page("sales-leaderboard")),
        )
    if manager:
        return _said(
            _("There are no Sales Persons yet. Make one for each seller and name their Employee in it."),
            (_("Sales Persons"), tree("Sales Person")),
        )
    return _said(
        _(
            "No Sales Person belongs to your user yet. Ask your manager to name your User in your Employee, and the Employee in your Sales Person: your targets then appear here."
        )
    )


def _said(text: str, *links: tuple[str, str]) -> dict[str, Any]:
    return {"text": text, "links": [{"label": label, "href": href} for label, href in links]}


def _no_target(sales_person: str, company: str) -> dict[str, Any]:
    """Why there are no bars, and what to do about it."""
    every = listing(TARGET, sales_person=sales_person)
    if not frappe.db.exists("KPI Definition", {"enabled": 1}) and frappe.has_permission(
        "KPI Definition", "write"
    ):
        return _said(
            _("No KPI is enabled yet, so nothing is credited to anybody. Enable one first."),
            (_("KPI Definition"), listing("KPI Definition")),
        )
    after = frappe.get_all(
        TARGET,
        filters={
            "docstatus": 1,
            "sales_person": sales_person,
            "company": company,
            "from_date": [">", today()],
        },
        fields=["name", "title", "from_date"],
        order_by="from_date",
        limit=1,
    )
    if after:
        text = _("No target is in force today. The next one begins on {0}.")
        return _said(
            text.format(dates.written(after[0].from_date)),
            (after[0].title or after[0].name, form(TARGET, after[0].name)),
        )
    if frappe.has_permission(TARGET, "create"):
        return _said(
            _("{0} has no target that is in force today.").format(sales_person),
            (_("New Sales Target"), _new_target(sales_person, company)),
            (_("All Targets"), every),
        )
    return _said(_("No target is in force for you today. Your manager sets them."), (_("All Targets"), every))


def _new_target(sales_person: str, company: str) -> str:
    return new(TARGET, target_for="Sales Person", sales_person=sales_person, company=company)


def _commission(sales_person: str, company: str) -> dict[str, Any] | None:
    """So far, and of one more deal of the usual size."""
    if not may_see(sales_person, company):
        return None
    estimate = Estimate(sales_person, company)
    told = estimate.so_far()
    readable = frappe.has_permission(RULE, "read")
    for part in told["parts"]:
        part["href"] = form(RULE, part["rule"]) if readable else ""
    usual = my_deals.usual_amount(sales_person, company)
    links = []
    if told["earned"] is None and readable:
        links.append({"label": _("Incentive Rules"), "href": listing(RULE)})
    return told | {
        "usual": usual,
        "one_more": estimate.one_more(usual) if usual and told["earned"] is not None else None,
        "links": links,
    }


def _statements(sales_person: str, company: str, *, own: bool) -> dict[str, Any] | None:
    """The last statements the user may see; one that was sent waits for its seller alone."""
    if not frappe.has_permission(STATEMENT, "read"):
        return None
    fields = ["name", "from_date", "to_date", "status", "payable", "currency", "provisional", "docstatus"]
    rows = frappe.get_list(
        STATEMENT,
        filters={"sales_person": sales_person, "company": company, "docstatus": ["<", 2]},
        fields=fields,
        order_by="to_date desc",
        limit=STATEMENTS,
    )
    empty = None if rows else _said(_("There are no statements yet. They come after each period is over."))
    return {
        "rows": [
            {
                "name": row.name,
                "href": form(STATEMENT, row.name),
                "from_date": str(row.from_date),
                "to_date": str(row.to_date),
                "status": _(row.status),
                "waits": own and row.status == "Sent",
                "payable": float(row.payable or 0),
                "currency": row.currency,
                "provisional": bool(cint(row.provisional)),
            }
            for row in rows
        ],
        "href": listing(STATEMENT, sales_person=sales_person),
        "empty": empty,
    }
