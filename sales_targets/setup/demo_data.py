"""Who and what the demo company is made of. Everything here is invented.

Names that stand in trees of the whole site (territories, item groups, teams) begin with "Demo", series with
"DEMO-", so that nobody takes them for their own.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

COMPANY = "Demo Sales Company"
ABBREVIATIONS = ("DSC", "DSCO", "DEMOSC")
# A country without a regional module in ERPNext: those add fields to the whole site.
COUNTRY = "Ireland"
# Series of the demo alone, so that the site's own numbers stay without gaps.
SERIES = "DEMO-"
EMAIL_DOMAIN = "demo.sales-targets.example"

TEAMS = ("Demo North", "Demo South", "Demo Key Accounts")
TOP_TEAM = "Demo Sales"
TERRITORIES = ("Demo North Region", "Demo South Region", "Demo Overseas")
CUSTOMER_GROUPS = ("Demo Industry", "Demo Trade", "Demo Public Sector")
ITEM_GROUPS = ("Demo Consulting", "Demo Subscriptions", "Demo Training")
TOP_ITEM_GROUP = "Demo Services"
COMPETITORS = ("Brightline Systems (Demo)", "Corvid Software (Demo)", "Tallwood Consulting (Demo)")
LOST_REASONS = ("Price too high (Demo)", "Missing feature (Demo)", "No decision taken (Demo)")
NO_DECISION = LOST_REASONS[2]

# Percent of a year's sales in January to December.
SEASON = (7, 7, 9, 8, 8, 9, 6, 5, 9, 10, 11, 11)


class SellerData(NamedTuple):
    """A seller: `skill` is what they sell beside an average one, `luck` the share of deals they win."""

    first_name: str
    last_name: str
    team: int
    skill: float
    luck: float

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


SELLERS = (
    SellerData("Ava", "Lindqvist", 0, 1.30, 0.68),
    SellerData("Felix", "Braun", 1, 0.85, 0.45),
    SellerData("Grace", "Okafor", 2, 1.45, 0.62),
    SellerData("Ben", "Carter", 0, 0.90, 0.50),
    SellerData("Daniel", "Ortiz", 1, 1.10, 0.58),
    SellerData("Hiro", "Tanaka", 2, 0.95, 0.55),
    SellerData("Chloe", "Novak", 0, 0.60, 0.40),
    SellerData("Elif", "Demir", 1, 1.05, 0.60),
)
# Who leads each team; they see their team's figures and sell nothing themselves.
LEADERS = (("Nora", "Whitfield"), ("Samuel", "Reyes"), ("Ingrid", "Solheim"))
# Who is over all teams, and who pays.
HEAD = ("Olivia", "Marsh")
ACCOUNTANT = ("Peter", "Lang")
# Brings customers and is paid for what they buy.
PARTNER = "Harbour Associates (Demo)"
# Every seventh customer is theirs.
EACH_PARTNER = 7


def email(first: str, last: str) -> str:
    """What somebody of the demo logs in as."""
    return f"{first}.{last}@{EMAIL_DOMAIN}".lower()


class ItemData(NamedTuple):
    """A service and its usual price in the company's currency."""

    code: str
    name: str
    group: int
    price: Decimal


ITEMS = (
    ItemData("DEMO-C-ANALYSIS", "Process analysis", 0, Decimal(1400)),
    ItemData("DEMO-S-STANDARD", "Subscription, standard", 1, Decimal(2400)),
    ItemData("DEMO-T-USER", "User training, one day", 2, Decimal(950)),
    ItemData("DEMO-C-DESIGN", "Solution design", 0, Decimal(2200)),
    ItemData("DEMO-C-SETUP", "Set-up and configuration", 0, Decimal(1800)),
    ItemData("DEMO-C-MIGRATION", "Data migration", 0, Decimal(2600)),
    ItemData("DEMO-C-INTEGRATION", "Integration of other systems", 0, Decimal(3200)),
    ItemData("DEMO-C-REVIEW", "Yearly review", 0, Decimal(1200)),
    ItemData("DEMO-S-BASIC", "Subscription, basic", 1, Decimal(900)),
    ItemData("DEMO-S-PREMIUM", "Subscription, premium", 1, Decimal(5200)),
    ItemData("DEMO-S-SUPPORT", "Support plan", 1, Decimal(1600)),
    ItemData("DEMO-S-ARCHIVE", "Archive and backup", 1, Decimal(700)),
    ItemData("DEMO-T-ADMIN", "Administrator training", 2, Decimal(1300)),
    ItemData("DEMO-T-KEYUSER", "Key user workshop", 2, Decimal(1700)),
    ItemData("DEMO-T-ONLINE", "Online course, ten seats", 2, Decimal(600)),
)

CUSTOMERS = (
    "Aldermoor Foods",
    "Brightwater Logistics",
    "Cobalt Ridge Mining",
    "Dunmere Textiles",
    "Eastgate Pharmacies",
    "Fenwick & Hale Printing",
    "Greyfriars Hospital Trust",
    "Harrowgate Tools",
    "Ironbridge Castings",
    "Juniper Valley Wines",
    "Kestrel Aviation Parts",
    "Larkfield Schools",
    "Merrow Coast Shipping",
    "Northolt Bearings",
    "Oakhurst Furniture",
    "Pellworth Ceramics",
    "Quillan Books",
    "Rookwood Timber",
    "Stonebeck Water Board",
    "Thornbury Bicycles",
)

# Parts before the formulas that need them.
KPIS = (
    "revenue",
    "collections",
    "new_customers",
    "orders_value",
    "opportunities_created",
    "won_value",
    "won_count",
    "won_days",
    "lost_count",
    "closed_count",
    "lost_to_competitor_count",
    "proposals_sent",
    "calls",
    "win_rate",
    "average_deal_value",
    "lost_to_competitor_rate",
    "sales_cycle_days",
)
# DocTypes whose documents are credited, and those of them that no handler notes.
CREDITED = ("Sales Invoice", "Customer", "Sales Order", "Opportunity", "Quotation", "Call Log")
POLLED = ("Quotation", "Call Log")
# DocTypes named by a format: Frappe gives their numbers from one counter, which other apps may use too.
COUNTED = ("Sales Target", "Incentive Rule")
# DocTypes with a counter of their own for each year, and what their names begin with.
NUMBERED = {
    "Commission Run": "CR-",
    "Commission Statement": "CS-",
    "Commission Dispute": "CDI-",
    "Commission Draw": "CD-",
}
