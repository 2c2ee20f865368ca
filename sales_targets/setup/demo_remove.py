"""Taking the demo away again: all that it made and nothing else, in one transaction.

Documents are deleted where they stand, as ERPNext's own deletion of a company's transactions does: cancelling
and deleting them one by one would write reversals for a ledger that goes anyway. What somebody else has made
with the demo's documents is never deleted; it stops the removal and is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager

import frappe

from sales_targets.crediting import rollup
from sales_targets.crediting.locks import held
from sales_targets.setup import demo_data as data, demo_links as links, demo_marks as marks
from sales_targets.setup.demo_marks import DemoError

# What Frappe, ERPNext and this app write about a document by themselves; it goes with the document.
TRACES = frozenset(
    {
        "Access Log",
        "Activity Log",
        "Comment",
        "Contact",
        "Contact Email",
        "DocShare",
        "Document Follow",
        "Dynamic Link",
        "Energy Point Log",
        "Error Log",
        "GL Entry",
        "Item Price",
        "Merged Seller",
        "Notification Log",
        "Notification Settings",
        "Payment Ledger Entry",
        "Route History",
        "Sales Credit",
        "Sales Credit Queue",
        "Sales Credit Total",
        "Sales Notice Preference",
        "Sales Outcome Stamp",
        "Sales Target Revision",
        "Scheduled Job Log",
        "Tag Link",
        "ToDo",
        "Version",
        "View Log",
        "Workflow Action",
    }
)
# Frappe's own record of who gave whom which rights: nobody deletes from it, and what it names may go.
EVIDENCE = "Permission Log"
# The same where no link says so: (table, column of the DocType, column of the name).
PLAIN_TRACES = (
    ("Version", "ref_doctype", "docname"),
    ("Notification Log", "document_type", "document_name"),
    ("Workflow Action", "reference_doctype", "reference_name"),
    ("Sales Credit", "unit_type", "unit"),
    ("Sales Credit Queue", "source", "unit"),
)
NOTICE = "Sales Notice"
MOST_NAMED = 15
_LOOKING = "Looking for what is not the demo's"


Documents = Mapping[str, Sequence[str]]


def remove(progress: Callable[[str, int, int], None], everything: bool = False) -> list[str]:
    """Delete the demo; sentences about what happened. Raises DemoError where something stands in the way.

    With `everything`, what others have written inside the demo company goes too.
    """
    made = marks.documents()
    if not made:
        raise DemoError("There is no demo on this site.")
    for doctype, names in _told(made).items():
        made.setdefault(doctype, []).extend(names)
    progress(_LOOKING, 0, 1)
    whole, _traces = _extent(made, everything)
    progress(_LOOKING, 1, 1)
    with _undisturbed(whole):
        # Between the look and the locks a worker may have credited something.
        whole, traces = _extent(made, everything)
        kept = _switch_off()
        _delete(whole, traces, progress)
        _restore_series(made)
        marks.forget()
        frappe.db.commit()
    frappe.clear_cache()
    more = sum(map(len, whole.values())) - sum(map(len, made.values()))
    lines = [f"{sum(map(len, made.values()))} documents of the demo removed."]
    lines += [f"{more} documents of others in the demo company removed."] if more else []
    return lines + kept + _evidence(whole)


def _evidence(gone: Documents) -> list[str]:
    """What stays about the documents that are gone, in a sentence; nothing on versions that keep no such log."""
    if not frappe.db.table_exists(EVIDENCE):
        return []
    left = sum(
        frappe.db.count(EVIDENCE, {"for_doctype": doctype, "for_document": ["in", part]})
        for doctype, names in gone.items()
        for part in links.chunks(names)
    )
    return [f"{left} rows of {EVIDENCE} stay: Frappe keeps in it who changed whose rights."] if left else []


def _told(made: Documents) -> dict[str, list[str]]:
    """What the app has told the demo's users meanwhile, or others about its documents, with its e-mails.

    It is the app's own doing, like the demo: on a site that runs, the scheduler writes it before long.
    """
    notice, found = frappe.qb.DocType(NOTICE), set()
    about = {doctype: made.get(doctype, ()) for doctype in ("Sales Target", "Commission Statement")}
    wanted = [("for_user", {}, made.get("User", ()))]
    wanted += [("reference_name", {"reference_doctype": doctype}, names) for doctype, names in about.items()]
    for field, only, names in wanted:
        for part in links.chunks(names):
            query = frappe.qb.from_(notice).select(notice.name).where(notice[field].isin(part))
            for column, value in only.items():
                query = query.where(notice[column] == value)
            found |= set(query.run(pluck=True))
    told = {NOTICE: sorted(found)}
    for doctype in ("Communication", "Email Queue"):
        told[doctype] = [
            name
            for part in links.chunks(told[NOTICE])
            for name in frappe.get_all(
                doctype, {"reference_doctype": NOTICE, "reference_name": ["in", part]}, pluck="name"
            )
        ]
    return {doctype: names for doctype, names in told.items() if names}


def _extent(made: Documents, everything: bool) -> tuple[dict[str, list[str]], dict[str, set[str]]]:
    """What is to be deleted, and the traces that go along. Raises DemoError naming what somebody else has made."""
    whole = {doctype: list(names) for doctype, names in made.items()}
    while True:
        traces, foreign = _around(whole)
        if not foreign:
            return whole, traces
        inside = links.of_company(data.COMPANY)
        taken = [(doctype, name) for doctype, name in foreign if name in inside.get(doctype, ())]
        if not everything or len(taken) < len(foreign):
            raise DemoError(_refusal(foreign, len(taken), everything))
        # Once more: what refers to these is to be looked at too.
        for doctype, name in taken:
            whole.setdefault(doctype, []).append(name)


def _around(whole: Documents) -> tuple[dict[str, set[str]], list[tuple[str, str]]]:
    """Traces of these documents (DocType → names), and (DocType, name) of what else refers to them."""
    ours = {doctype: set(names) for doctype, names in whole.items()}
    traces: dict[str, set[str]] = {}
    foreign: set[tuple[str, str]] = set()
    for hit in links.Links().to(whole):
        if hit.name in ours.get(hit.doctype, ()) or hit.parent in ours.get(hit.parenttype, ()):
            continue
        if hit.doctype == EVIDENCE:
            continue
        if hit.doctype in TRACES:
            traces.setdefault(hit.doctype, set()).add(hit.name)
        elif hit.parenttype not in TRACES:
            foreign.add((hit.parenttype or hit.doctype, hit.parent or hit.name))
    return traces, sorted(foreign) + links.settings_naming(whole)


def _refusal(foreign: Sequence[tuple[str, str]], inside: int, everything: bool) -> str:
    named = [f"  {doctype} {name}" for doctype, name in foreign[:MOST_NAMED]]
    if len(foreign) > MOST_NAMED:
        named.append(f"  and {len(foreign) - MOST_NAMED} more")
    if inside and not everything:
        named.append(f"--everything also deletes those that lie in {data.COMPANY}: {inside}.")
    head = "These were not made by the demo but use it. Delete or change them first; nothing was removed:"
    return "\n".join([head, *named])


@contextmanager
def _undisturbed(made: Documents) -> Iterator[None]:
    """Hold every unit that may be credited, so that no worker credits what is being deleted."""
    with ExitStack() as stack:
        for source in (*data.CREDITED, "Sales Target"):
            names = made.get(source, [])
            free = stack.enter_context(held(source, names))
            if len(free) < len(names):
                raise DemoError("The demo's documents are being credited. Try again in a minute.")
        yield


def _delete(
    made: Documents,
    traces: Mapping[str, set[str]],
    progress: Callable[[str, int, int], None],
) -> None:
    users = made.get("User", [])
    for doctype, type_column, name_column in PLAIN_TRACES:
        for source, names in made.items():
            for part in links.chunks(names):
                frappe.db.delete(doctype, {type_column: source, name_column: ["in", part]})
    work = [*made.items(), *((doctype, sorted(names)) for doctype, names in traces.items())]
    for done, (doctype, names) in enumerate(work, 1):
        _delete_documents(doctype, names)
        progress("Deleting", done, len(work))
    for part in links.chunks(users):
        frappe.db.delete("DefaultValue", {"parent": ["in", part]})
        for table in ("__UserSettings", "Sessions"):
            frappe.db.delete(table, {"user": ["in", part]})
        # A password that somebody gave to one of them.
        frappe.db.delete("__Auth", {"doctype": "User", "name": ["in", part]})
        # Named like the user; its link names whoever made the user.
        for doctype in ("Notification Settings", "Dashboard Settings"):
            frappe.db.delete(doctype, {"name": ["in", part]})


def _delete_documents(doctype: str, names: Sequence[str]) -> None:
    """Documents with their tables, and what search remembers of them."""
    if not frappe.db.table_exists(doctype):
        return
    tables = [] if frappe.get_meta(doctype).istable else frappe.get_meta(doctype).get_table_fields()
    for part in links.chunks(names):
        for table in tables:
            frappe.db.delete(table.options, {"parenttype": doctype, "parent": ["in", part]})
        frappe.db.delete("__global_search", {"doctype": doctype, "name": ["in", part]})
        frappe.db.delete(doctype, {"name": ["in", part]})


def _switch_off() -> list[str]:
    """KPIs the demo switched on go off again, unless somebody's target or rule uses them by now."""
    company = data.COMPANY
    kept: list[str] = []
    filters = {"name": ["in", list(marks.noted(marks.SWITCHED_ON)) or [""]]}
    codes = frappe.get_all("KPI Definition", filters=filters, pluck="name", order_by="kind")
    used = _used_elsewhere(codes, company)
    # Formulas come first: a part that a formula needs cannot be switched off.
    for code in codes:
        if code in used:
            kept.append(f"{code} stays enabled: targets, rules or formulas beside the demo use it.")
            continue
        doc = frappe.get_doc("KPI Definition", code)
        doc.enabled = 0
        doc.save(ignore_permissions=True, ignore_version=True)
    frappe.clear_messages()
    fresh = [code for code in marks.noted(marks.NEVER_CREDITED).values() if code not in used]
    if fresh:
        # Credits of other companies too: they are there only because the demo switched the KPI on.
        frappe.db.delete("Sales Credit", {"kpi": ["in", fresh]})
        rollup.rebuild(kpis=fresh)
        nothing = {"backfill_status": "", "backfill_message": "", "credited_from": None}
        for code in fresh:
            frappe.db.set_value("KPI Definition", code, nothing, update_modified=False)
    _forget_sources()
    return kept


def _used_elsewhere(codes: Sequence[str], company: str) -> set[str]:
    """Those of `codes` that somebody's target, rule or formula needs; with the parts of formulas."""
    from sales_targets.sales_targets.doctype.kpi_definition import formula_checks

    target, line = frappe.qb.DocType("Sales Target"), frappe.qb.DocType("Sales Target KPI")
    rows = (
        frappe.qb.from_(line)
        .join(target)
        .on(target.name == line.parent)
        .where((target.company != company) & line.kpi.isin(codes or [""]))
        .select(line.kpi)
        .distinct()
    ).run()
    filters = {"company": ["!=", company], "kpi": ["in", codes or [""]]}
    used = {code for (code,) in rows} | set(frappe.get_all("Incentive Rule", filters=filters, pluck="kpi"))
    formulas = formula_checks.formulas()
    enabled = set(frappe.get_all("KPI Definition", filters={"enabled": 1, "kind": "Formula"}, pluck="name"))
    used |= enabled - set(codes)
    waiting = list(used)
    while waiting:
        parts = formula_checks.engine.names(formulas.get(waiting.pop(), "")) - used
        used |= parts
        waiting += parts
    return used


def _forget_sources() -> None:
    """How far sources were polled that were not polled before, where no KPI needs it any more."""
    before = set(marks.noted(marks.POLLED).values())
    read = set(frappe.get_all("KPI Definition", filters={"enabled": 1}, pluck="document_type"))
    gone = [name for name in frappe.get_all("Sales Credit Source", pluck="name") if name not in before | read]
    frappe.db.delete("Sales Credit Source", {"name": ["in", gone or [""]]})


def _restore_series(made: Documents) -> None:
    """The demo's own series go. The counter that targets and rules share goes back if nobody else has used it."""
    table = frappe.qb.Table("tabSeries")
    frappe.qb.from_(table).delete().where(table.name.like(f"{data.SERIES}%")).run()
    counters = marks.noted(marks.SERIES)
    before = int(counters.pop(marks.SERIES, 0))
    drawn = sum(len(made.get(doctype, ())) for doctype in data.COUNTED)
    unchanged = (table.name == "") & (table.current == before + drawn)
    if before:
        frappe.qb.update(table).set(table.current, before).where(unchanged).run()
    else:
        frappe.qb.from_(table).delete().where(unchanged).run()
    doctypes = {prefix: doctype for doctype, prefix in data.NUMBERED.items()}
    for prefix, current in counters.items():
        doctype = doctypes[prefix.split("-")[0] + "-"]
        later = [["name", "like", f"{prefix}%"], ["name", ">", f"{prefix}{int(current):05}"]]
        if frappe.get_all(doctype, later, limit=1):
            continue  # somebody else has drawn numbers since
        if int(current):
            frappe.qb.update(table).set(table.current, int(current)).where(table.name == prefix).run()
        else:
            frappe.qb.from_(table).delete().where(table.name == prefix).run()
