"""What has to be on the site before a test can begin, made through the API as a document of the demo company."""

from __future__ import annotations

import datetime
import time
from typing import Any

from tests.browser.desk import Desk


def last_month() -> tuple[str, str]:
    """First and last day of the month before this one, the last that statements can be final for."""
    last = datetime.date.today().replace(day=1) - datetime.timedelta(days=1)
    return last.replace(day=1).isoformat(), last.isoformat()


def invoice(admin: Desk, amount: float, day: str, seller: str = "", partner: str = "") -> str:
    """A submitted invoice that credits a seller or comes from a partner; returns once it is credited."""
    customer = admin.all("Customer", {"customer_name": "Aldermoor Foods"})[0]["name"]
    doc = {
        "doctype": "Sales Invoice",
        "docstatus": 1,
        "company": admin.company,
        "customer": customer,
        "set_posting_time": 1,
        "posting_date": day,
        "due_date": day,
        "items": [{"item_code": "DEMO-C-ANALYSIS", "qty": 1, "rate": amount}],
        "sales_team": [{"sales_person": seller, "allocated_percentage": 100}] if seller else [],
        "sales_partner": partner,
        "commission_rate": 0,
    }
    name = admin.call("frappe.client.insert", doc=doc)["name"]
    wait_for(lambda: admin.all("Sales Credit", {"voucher_no": name}), f"{name} is not credited")
    return name


def wait_for(found: Any, complaint: str, seconds: float = 30) -> Any:
    """Ask again until the answer is not empty: workers take their time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = found()
        if answer:
            return answer
        time.sleep(0.4)
    raise AssertionError(complaint)


def cancel_and_delete(admin: Desk, doctype: str, name: str) -> None:
    """Take a document away again."""
    if admin.value(doctype, name, "docstatus") == 1:
        admin.call("frappe.client.cancel", doctype=doctype, name=name)
    admin.call("frappe.client.delete", doctype=doctype, name=name)
