"""Run by the bench's Python in its sites folder: `desk_site.py SITE open [small] | close`.

`open` makes the demo where it is missing (a small one on request) and logs in the people the browser acts for; its
last line is JSON: whether the demo was `made`, the `company`, and `people` (role → user, name, session id).
`close` ends those sessions and takes the demo away, with all that was written in it.
"""

import json
import sys
from pathlib import Path

import frappe
from frappe.auth import CookieManager, LoginManager

from sales_targets.crediting import events
from sales_targets.setup import demo, demo_data as data, demo_marks as marks
from sales_targets.setup.demo_plan import Size

# Enough for every screen to show something, and made in half a minute.
SMALL = Size(sellers=5, customers=8, items=6, invoices=54, deals=28, calls=40)


def main() -> None:
    """Open or close the site for a browser."""
    site, task, *options = sys.argv[1:]
    frappe.init(site, sites_path=str(Path.cwd()))
    frappe.connect()
    try:
        if task == "open":
            print(json.dumps(opened("small" in options)))
        else:
            closed()
        frappe.db.commit()
    finally:
        frappe.destroy()


def opened(small: bool) -> dict[str, object]:
    """The demo and its people, logged in."""
    made = not marks.noted(marks.COMPLETE)
    if made:
        demo.make(_silent, SMALL if small else None)
    frappe.db.commit()
    # Making it has asked a worker of the bench, which none may be; the one that is served must be asked again.
    frappe.cache.delete_value(events.ASKED)
    people = {role: {"user": user, "name": name} for role, (user, name) in _people().items()}
    for one in people.values():
        one["sid"] = _session(one["user"])
    return {"made": made, "company": data.COMPANY, "people": people}


def closed() -> None:
    """Everything the demo and the browser have made goes."""
    users = [user for user, _name in _people().values()]
    frappe.db.delete("Sessions", {"user": ["in", users]})
    demo.remove(_silent, everything=True)


def _people() -> dict[str, tuple[str, str]]:
    """Role in the tests → user and name."""
    named = {
        "manager": data.HEAD,
        "accountant": data.ACCOUNTANT,
        "leader": data.LEADERS[0],
        "seller": data.SELLERS[0][:2],
        "colleague": data.SELLERS[1][:2],
    }
    people = {role: (data.email(first, last), f"{first} {last}") for role, (first, last) in named.items()}
    return {"administrator": ("Administrator", "Administrator"), **people}


def _session(user: str) -> str:
    """A session of its own, as `bench browse` opens one: no password is needed or set."""
    frappe.utils.set_request(path="/")
    frappe.local.cookie_manager = CookieManager()
    frappe.local.login_manager = LoginManager()
    frappe.local.login_manager.login_as(user)
    sid = frappe.session.sid
    frappe.set_user("Administrator")
    frappe.db.commit()
    return sid


def _silent(label: str, done: int, total: int) -> None:
    """Nobody watches."""


if __name__ == "__main__":
    main()
