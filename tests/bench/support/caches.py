"""What a rollback does not take back: caches and the state of the thread."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe.utils import caching

from sales_targets.crediting import events

USER_KEYS = ("bootinfo", "roles", "user_doc", "defaults", "user_permissions", "user_perm_can_read")
WILDCARDS = ("document_cache::", "sales_targets")


def reset() -> None:
    """Forget documents, roles and defaults that were read inside a transaction that is gone."""
    frappe.set_user("Administrator")
    frappe.cache.delete_value(list(USER_KEYS))
    for pattern in WILDCARDS:
        frappe.cache.delete_keys(pattern)
    frappe.db.value_cache.clear()
    caching._SITE_CACHE.clear()
    for name in ("request_cache", "enable_perpetual_inventory", "system_settings", "document_cache"):
        if hasattr(frappe.local, name):
            delattr(frappe.local, name)
    frappe.local.message_log = []
    frappe.local.error_log = []
    events.clear()


@contextmanager
def thread_state_restored() -> Iterator[None]:
    """Put flags, language and user back as they were, whatever the body does to them."""
    flags = copy.copy(dict(frappe.local.flags))
    flags["currently_saving"] = []
    language = frappe.local.lang
    try:
        yield
    finally:
        frappe.local.flags.clear()
        frappe.local.flags.update(flags)
        frappe.local.lang = language
        frappe.set_user("Administrator")
