"""Frappe's desk in a browser page: going somewhere, calling the server, filling forms, and what went wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from playwright.sync_api import Browser, ConsoleMessage, Error, Locator, Page, Response

LANDING = "/app/todo"
PATIENCE = 15_000  # milliseconds
# Without its own server for push messages the desk asks again and again; that is Frappe's and no fault of a screen.
# Nor is the chart that is drawn while its page is still being shown, and has no width yet: it is drawn again.
_NOT_OURS = ("socket.io", "attribute width: A negative value")
IDLE = """() => window.frappe && frappe.boot && frappe.request && !frappe.request.ajax_count
    && document.body.getAttribute("data-ajax-state") !== "triggered" && document.readyState === "complete" """


class Office:
    """The people of the demo with their desks; one page each, opened when it is first used."""

    def __init__(self, browser: Browser, said: dict[str, Any]) -> None:
        self.browser = browser
        self.address: str = said["address"]
        self.company: str = said["company"]
        self.people: dict[str, dict[str, str]] = said["people"]
        self.worker: int = said["worker"]
        self._desks: dict[str, Desk] = {}

    def desk(self, role: str, language: str = "en") -> Desk:
        """The desk of one of the people in that language."""
        desk = self._desks.get(role)
        if desk and desk.language == language:
            return desk
        if desk:
            desk.page.context.close()
        if role != "administrator":
            self._speak(self.people[role]["user"], language)
        self._desks[role] = Desk(self, role, language)
        return self._desks[role]

    def _speak(self, user: str, language: str) -> None:
        admin = self.desk("administrator")
        admin.call("frappe.client.set_value", doctype="User", name=user, fieldname="language", value=language)

    def photograph(self, folder: Path, name: str) -> None:
        """A picture of every open page."""
        folder.mkdir(parents=True, exist_ok=True)
        for role, desk in self._desks.items():
            desk.page.screenshot(path=str(folder / f"{re.sub(r'[^a-z0-9]+', '-', name.lower())}-{role}.png"))

    def close(self) -> None:
        """Close every page."""
        for desk in self._desks.values():
            desk.page.context.close()


class Desk:
    """The page of one person. Everything waits until the desk has come to rest."""

    def __init__(self, office: Office, role: str, language: str) -> None:
        self.office, self.role, self.language = office, role, language
        self.address, self.company = office.address, office.company
        self.user, self.name = office.people[role]["user"], office.people[role]["name"]
        context = office.browser.new_context(viewport={"width": 1300, "height": 1000}, locale=language)
        context.set_default_timeout(PATIENCE)
        cookie = {"name": "sid", "value": office.people[role]["sid"], "url": self.address}
        context.add_cookies([cookie])  # type: ignore[list-item]
        self.page: Page = context.new_page()
        self._errors: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", self._thrown)
        self.page.goto(f"{self.address}{LANDING}")
        self.rest()
        # "/app/" on version 15, "/desk/" from 16 on, which takes the first for a while yet and loads itself anew.
        self.root: str = self.page.evaluate("() => frappe.router.make_url(['x']).slice(0, -1)")

    def _where(self) -> str:
        return f"{self.role} ({self.language}) at {self.page.url.removeprefix(self.address)}"

    def _thrown(self, error: Error) -> None:
        # Frappe's chart library draws a chart anew whose place the next report has taken already.
        if "ResizeObserver.boundDrawFn" not in (error.stack or ""):
            self._note(str(error))

    def _heard(self, message: ConsoleMessage) -> None:
        source = message.location.get("url", "")
        if message.type == "error" and not any(part in source + message.text for part in _NOT_OURS):
            # Of a traceback its last line says what is wrong.
            lines = message.text.strip().splitlines() or [""]
            text = " … ".join(dict.fromkeys([lines[0], lines[-1]]))
            self._note(f"{text} ({source.split('?')[0]})")

    def _note(self, error: str) -> None:
        # Where the desk begins nothing is ours, and it is left while Frappe still draws it.
        if LANDING.removeprefix("/app") not in self.page.url:
            self._errors.append(f"{self._where()}: {error}")

    def take_errors(self) -> list[str]:
        """What the console has said since last asked."""
        said, self._errors[:] = list(self._errors), []
        return said

    def rest(self) -> None:
        """Wait until no request is under way, twice in a row: one answer often leads to the next question."""
        for _again in range(2):
            self.page.wait_for_function(IDLE)
            self.page.wait_for_timeout(150)

    def open(self, *route: str, **options: str) -> None:
        """Go to a route of the desk, such as `open("Form", "Sales Target", name)`, without loading the desk anew."""
        self.page.evaluate(
            """([route, options]) => {
                frappe.route_options = Object.keys(options).length ? options : null;
                return frappe.set_route(route);
            }""",
            [list(route), options],
        )
        self.rest()

    def form(self, doctype: str, name: str) -> None:
        """Open a document as it is now, also where it was open before."""
        self.open("Form", doctype, name)
        self.page.evaluate("() => cur_frm.reload_doc()")
        self.rest()

    def named(self, role: str) -> str:
        """What one of the people is called."""
        return self.office.people[role]["name"]

    def load(self, path: str, **query: str) -> None:
        """Load the desk anew at a path of it."""
        address = f"{self.address}{self.root}{quote(path)}"
        self.page.goto(f"{address}?{urlencode(query)}" if query else address)
        self.rest()

    def call(self, method: str, **args: Any) -> Any:
        """A method of the server, as this person."""
        return self.page.evaluate("([method, args]) => frappe.xcall(method, args)", [method, args])

    @contextmanager
    def answers(self, method: str) -> Iterator[list[Any]]:
        """What the server answers to calls of this method (the end of its name) inside the block."""
        heard: list[Any] = []

        def listen(response: Response) -> None:
            if f"{method}" in response.url and response.ok:
                heard.append(response)

        self.page.on("response", listen)
        try:
            yield heard
        finally:
            self.page.remove_listener("response", listen)
            heard[:] = [response.json().get("message") for response in heard]

    def value(self, doctype: str, name: str, fieldname: str) -> Any:
        """A field's value, as this person may read it."""
        found = self.call(
            "frappe.client.get_value", doctype=doctype, filters={"name": name}, fieldname=fieldname
        )
        return found.get(fieldname)

    def all(
        self, doctype: str, filters: Any = None, fields: Any = ("name",), **more: Any
    ) -> list[dict[str, Any]]:
        """Rows of a list, as this person may read them."""
        return self.call(
            "frappe.client.get_list",
            doctype=doctype,
            filters=filters or {},
            fields=list(fields),
            limit_page_length=0,
            **more,
        )

    # What is on the screen.

    def text(self, english: str, context: str = "") -> str:
        """A text of the desk in this person's language."""
        if self.language == "en":
            return english
        return self.page.evaluate("([text, context]) => __(text, null, context)", [english, context])

    def button(self, label: str, exact: bool = True, context: str = "") -> Locator:
        """A button that can be seen, by its English label."""
        said = self.text(label, context)
        name: Any = re.compile(rf"^\s*{re.escape(said)}\s*$") if exact else said
        return self.page.locator("button:visible, a.dropdown-item:visible, a.btn:visible").filter(
            has_text=name
        )

    def press(self, label: str, group: str = "", context: str = "") -> None:
        """Press a button, which may be in a group's menu."""
        if group:
            self.page.locator(".inner-group-button:visible button").filter(
                has_text=self.text(group)
            ).first.click()
        self.button(label, context=context).first.click()
        self.rest()

    def action(self, label: str) -> None:
        """A step of a workflow, in the menu of actions, with its confirmation."""
        self.page.locator(".page-head:visible .actions-btn-group > button").first.click()
        self.button(label).first.click()
        self.rest()

    def answer(self, label: str = "Yes") -> None:
        """Press the button of the dialog in front."""
        dialog = self.page.locator(".modal.show").last
        dialog.locator(".modal-footer button:visible").filter(has_text=self.text(label)).first.click()
        self.rest()

    def dismiss(self) -> str:
        """Close the message in front; what it says."""
        said = self.said()
        self.page.locator(".modal.show .btn-modal-close:visible").last.click()
        self.page.wait_for_function("() => !document.querySelector('.modal.show')")
        self.rest()
        return said

    # Forms.

    def fill(self, **fields: Any) -> None:
        """Set fields of the open form, with everything that follows from it."""
        self.page.evaluate(
            """async fields => {
                for (const [name, value] of Object.entries(fields)) await cur_frm.set_value(name, value);
            }""",
            fields,
        )
        self.rest()

    def row(self, table: str, **fields: Any) -> None:
        """Add a row to a table of the open form."""
        self.page.evaluate(
            """async ([table, fields]) => {
                const row = cur_frm.add_child(table);
                for (const [name, value] of Object.entries(fields)) {
                    await frappe.model.set_value(row.doctype, row.name, name, value);
                }
                cur_frm.refresh_field(table);
            }""",
            [table, fields],
        )
        self.rest()

    def field(self, name: str) -> Any:
        """A value of the open form."""
        return self.page.evaluate("name => cur_frm.doc[name]", name)

    def save(self) -> str:
        """Save the open form with its button; the document's name."""
        self.page.locator(".page-head:visible .primary-action:visible").first.click()
        self.rest()
        assert not self.page.evaluate("() => cur_frm.is_dirty()"), self.said()
        return self.field("name")

    def submit(self) -> None:
        """Submit the open form with its button, and say yes."""
        self.page.locator(".page-head:visible .primary-action:visible").first.click()
        self.answer("Yes")
        assert self.field("docstatus") == 1, self.said()

    def said(self) -> str:
        """What the dialogs in front say."""
        return " ".join(self.page.locator(".modal.show .modal-body").all_inner_texts())
