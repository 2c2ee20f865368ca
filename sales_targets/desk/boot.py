"""What the desk is told when it loads. Without an error in any case: nobody could log in."""

import frappe

from sales_targets.crediting import events


def tell_sellers(bootinfo: frappe._dict) -> None:
    """Whether the user is a seller, for the link to My Targets; version 16 has an icon on the screen after login."""
    if "desktop_icons" in bootinfo:
        return
    shown = len(frappe.local.message_log)
    try:
        # Here, so that what cannot be imported stops no login either.
        from sales_targets.targets import people

        bootinfo.sales_targets_seller = bool(people.own_ranges(frappe.session.user))
    except Exception:
        del frappe.local.message_log[shown:]
        events.log_failure("boot")
