"""What the desk is told when it loads. Without an error in any case: nobody could log in."""

import frappe

from sales_targets.targets import people


def tell_sellers(bootinfo: frappe._dict) -> None:
    """Whether the user is a seller, for the link to My Targets; version 16 has an icon on the screen after login."""
    if "desktop_icons" not in bootinfo:
        bootinfo.sales_targets_seller = bool(people.own_ranges(frappe.session.user))
