"""Requests to the site as a person's browser or script sends them, through Frappe's whole web application."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import frappe
import frappe.app
from frappe.utils.password import set_encrypted_password
from werkzeug.test import Client


class Answer(NamedTuple):
    """The status of an answer, its JSON (None without), and its whole text."""

    status: int
    data: Any
    text: str


def key_of(user: str) -> str:
    """What a user's requests are signed with; made and committed when asked for. Guests sign nothing."""
    if user == "Guest":
        return ""
    key, secret = frappe.generate_hash(length=15), frappe.generate_hash(length=15)
    frappe.db.set_value("User", user, "api_key", key)
    set_encrypted_password("User", user, secret, "api_secret")
    frappe.db.commit()
    return f"token {key}:{secret}"


def ask(key: str, method: str, path: str, data: Any = None) -> Answer:
    """Send one request as whoever has this key; what was committed before is what the site knows.

    Runs in a thread of its own: the application opens and closes a session of its own.
    """
    headers = {"X-Frappe-Site-Name": frappe.local.site, "Accept": "application/json"}
    if key:
        headers["Authorization"] = key

    def send() -> Answer:
        client = Client(frappe.app.application)
        body = None if data is None or method == "GET" else json.dumps(data, default=str)
        answer = client.open(
            path,
            method=method,
            headers=headers,
            data=body,
            query_string=data if method == "GET" else None,
            content_type="application/json" if body else None,
        )
        text = answer.get_data(as_text=True)
        return Answer(answer.status_code, answer.get_json(silent=True), text)

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(send).result(timeout=60)
