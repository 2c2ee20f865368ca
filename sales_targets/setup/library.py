"""The KPI library: every KPI that ships with the app, as data.

The measure of each is built in (`sales_targets.crediting.sources`), found by its code; only ratios are
formulas. Titles and descriptions belong to the user once installed, so they are stored in English and
translated where they are shown.
"""

from __future__ import annotations

from dataclasses import dataclass

INVOICE = "Sales Invoice"
OPPORTUNITY = "Opportunity"

FINANCIAL = "Financial"
CUSTOMER = "Customer"
PROCESS = "Internal Process"


def _(text: str) -> str:
    """Mark a text for translation; it is translated where it is shown, not here."""
    return text


@dataclass(frozen=True)
class LibraryKPI:
    """One KPI of the library. A KPI with a `formula` has no document type, and the other way round."""

    code: str
    title: str
    description: str
    document_type: str = ""
    formula: str = ""
    unit: str = "Number"
    direction: str = "Raise"
    indicator: str = "Lagging"
    perspective: str = PROCESS

    @property
    def kind(self) -> str:
        return "Formula" if self.formula else "Measure"

    @property
    def library_measure(self) -> str:
        """The built-in measure; formulas need none."""
        return "" if self.formula else self.code

    def values(self) -> dict[str, str | int]:
        """Field values of the KPI Definition, as it is first installed: disabled."""
        return {
            **self.fixed(),
            "code": self.code,
            "title": self.title,
            "description": self.description,
            "direction": self.direction,
            "indicator": self.indicator,
            "perspective": self.perspective,
            "enabled": 0,
        }

    def fixed(self) -> dict[str, str | int]:
        """The values that are the app's, not the user's: every upgrade brings them up to date."""
        return {
            "kind": self.kind,
            "is_standard": 1,
            "library_measure": self.library_measure,
            "document_type": self.document_type,
            "formula": self.formula,
            "unit": self.unit,
        }


INVOICED = (
    LibraryKPI(
        "revenue",
        _("Revenue"),
        _("Net amount invoiced, before tax and after discounts; returns are negative on their own date."),
        INVOICE,
        unit="Currency",
        perspective=FINANCIAL,
    ),
    LibraryKPI(
        "margin",
        _("Margin"),
        _(
            "Net amount invoiced less the cost of the stock sold, as the delivery or the item's valuation says."
        ),
        INVOICE,
        unit="Currency",
        perspective=FINANCIAL,
    ),
    LibraryKPI(
        "units",
        _("Units sold"),
        _("Quantity invoiced, in stock units; debit notes add value but no units."),
        INVOICE,
        perspective=FINANCIAL,
    ),
    LibraryKPI(
        "collections",
        _("Collections"),
        _("Net amount of invoices in the share that customers have paid, on the day it is paid."),
        INVOICE,
        unit="Currency",
        perspective=FINANCIAL,
    ),
    LibraryKPI(
        "orders_value",
        _("Orders received"),
        _("Net amount of submitted sales orders; of a closed order only the billed part."),
        "Sales Order",
        unit="Currency",
        perspective=FINANCIAL,
    ),
    LibraryKPI(
        "new_customers",
        _("New customers"),
        _("Customers on the day of their first invoice in a company."),
        "Customer",
        perspective=CUSTOMER,
    ),
)

DEALS = (
    LibraryKPI(
        "opportunities_created",
        _("Opportunities created"),
        _("Opportunities by their own date, credited to the opportunity's owner."),
        OPPORTUNITY,
        indicator="Leading",
    ),
    LibraryKPI(
        "won_value",
        _("Value won"),
        _("Amount of opportunities on the day they are won, in the company's currency."),
        OPPORTUNITY,
        unit="Currency",
        perspective=FINANCIAL,
    ),
    LibraryKPI(
        "won_count",
        _("Deals won"),
        _("Opportunities on the day they are won."),
        OPPORTUNITY,
        perspective=CUSTOMER,
    ),
    LibraryKPI(
        "won_days",
        _("Days to win"),
        _("Days from an opportunity's date to the day it is won, added up; a part of the sales cycle."),
        OPPORTUNITY,
        unit="Days",
        direction="Reduce",
    ),
    LibraryKPI(
        "lost_count",
        _("Deals lost"),
        _("Opportunities on the day they are lost."),
        OPPORTUNITY,
        direction="Reduce",
        perspective=CUSTOMER,
    ),
    LibraryKPI(
        "closed_count",
        _("Deals closed"),
        _("Opportunities on the day they are won or lost."),
        OPPORTUNITY,
    ),
    LibraryKPI(
        "lost_to_competitor_count",
        _("Deals lost to a competitor"),
        _("Lost opportunities that name a competitor."),
        OPPORTUNITY,
        direction="Reduce",
        perspective=CUSTOMER,
    ),
    LibraryKPI(
        "lost_no_decision_count",
        _("Deals lost to no decision"),
        _(
            "Lost opportunities without a competitor, with a reason that Sales Targets Settings lists as no decision."
        ),
        OPPORTUNITY,
        direction="Reduce",
        perspective=CUSTOMER,
    ),
    LibraryKPI(
        "win_rate",
        _("Win rate"),
        _("Deals won as a share of deals closed."),
        formula="won_count / closed_count",
        unit="Percent",
    ),
    LibraryKPI(
        "lost_to_competitor_rate",
        _("Share lost to competitors"),
        _("Deals lost to a competitor as a share of deals closed."),
        formula="lost_to_competitor_count / closed_count",
        unit="Percent",
        direction="Reduce",
    ),
    LibraryKPI(
        "lost_no_decision_rate",
        _("Share lost to no decision"),
        _("Deals lost to no decision as a share of deals closed."),
        formula="lost_no_decision_count / closed_count",
        unit="Percent",
        direction="Reduce",
    ),
    LibraryKPI(
        "average_deal_value",
        _("Average deal value"),
        _("Value won per deal won."),
        formula="won_value / won_count",
        unit="Currency",
        perspective=FINANCIAL,
    ),
    LibraryKPI(
        "sales_cycle_days",
        _("Sales cycle"),
        _("Days from an opportunity's date to the day it is won, on average."),
        formula="won_days / won_count",
        unit="Days",
        direction="Reduce",
    ),
)

ACTIVITIES = (
    LibraryKPI(
        "leads_created",
        _("Leads created"),
        _("Leads on the day they are created, credited to the lead's owner."),
        "Lead",
        indicator="Leading",
    ),
    LibraryKPI(
        "qualified_leads",
        _("Qualified leads"),
        _("Leads on the day they are qualified, credited to who qualified them."),
        "Lead",
        indicator="Leading",
    ),
    LibraryKPI(
        "converted_leads",
        _("Converted leads"),
        _("Leads that became a customer, on the day the customer is created."),
        "Customer",
        perspective=CUSTOMER,
    ),
    LibraryKPI(
        "conversion_rate",
        _("Conversion rate"),
        _("Converted leads as a share of leads created."),
        formula="converted_leads / leads_created",
        unit="Percent",
    ),
    LibraryKPI(
        "proposals_sent",
        _("Proposals sent"),
        _("Submitted quotations, by their own date."),
        "Quotation",
        indicator="Leading",
    ),
    LibraryKPI(
        "calls",
        _("Calls"),
        _("Completed calls of the call log."),
        "Call Log",
        indicator="Leading",
    ),
    LibraryKPI(
        "emails",
        _("E-mails"),
        _("E-mails sent, credited to the user who sent them."),
        "Communication",
        indicator="Leading",
    ),
    LibraryKPI(
        "meetings",
        _("Meetings"),
        _("Calendar events of category Meeting that are closed or past."),
        "Event",
        indicator="Leading",
    ),
    LibraryKPI(
        "tickets_closed",
        _("Tickets closed"),
        _("Issues on the day they are resolved or closed, in equal shares to those they are assigned to."),
        "Issue",
        perspective=CUSTOMER,
    ),
)

LIBRARY: tuple[LibraryKPI, ...] = (*INVOICED, *DEALS, *ACTIVITIES)
BY_CODE: dict[str, LibraryKPI] = {kpi.code: kpi for kpi in LIBRARY}
