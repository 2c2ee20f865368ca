app_name = "sales_targets"
app_title = "Sales Targets"
app_publisher = "Sales Targets contributors"
app_description = (
    "Targets on any KPI that keep themselves up to date, and incentives that explain every amount"
)
app_email = "sales-targets@example.com"
app_license = "gpl-3.0"
required_apps = ["frappe/erpnext"]

before_install = "sales_targets.setup.install.before_install"
after_install = "sales_targets.setup.install.after_install"
after_migrate = ["sales_targets.setup.install.after_migrate"]
before_uninstall = "sales_targets.setup.uninstall.before_uninstall"
after_uninstall = "sales_targets.setup.uninstall.after_uninstall"

app_include_js = "/assets/sales_targets/js/my_targets_link.js"
extend_bootinfo = "sales_targets.desk.boot.tell_sellers"

doctype_js = {
    "Commission Statement": [
        "public/js/decimals.js",
        "public/js/workflow_steps.js",
        "public/js/commission_dispute_button.js",
        "public/js/commission_payout_buttons.js",
    ],
    "Incentive Rule": "public/js/decimals.js",
    "Sales Target": ["public/js/decimals.js", "public/js/workflow_steps.js"],
    "Sales Target Revision": "public/js/decimals.js",
    "Sales Targets Settings": ["public/js/decimals.js", "public/js/commission_payout_settings.js"],
    "Sales Invoice": "public/js/document_credits.js",
    "POS Invoice": "public/js/document_credits.js",
    "Sales Order": "public/js/document_credits.js",
    "Opportunity": "public/js/document_credits.js",
    "Sales Person": "public/js/seller_standing.js",
    "Sales Partner": "public/js/seller_standing.js",
    "Customer": "public/js/seller_standing.js",
}

override_doctype_dashboards = {
    "Sales Person": "sales_targets.desk.connections.sales_person",
    "Sales Partner": "sales_targets.desk.connections.sales_partner",
}

doc_events = {
    "Sales Invoice": {
        "on_submit": "sales_targets.crediting.events.sales_invoice",
        "on_cancel": "sales_targets.crediting.events.sales_invoice",
        "on_update_after_submit": "sales_targets.crediting.events.sales_invoice",
        "on_change": "sales_targets.crediting.events.sales_invoice",
        "on_trash": "sales_targets.crediting.events.sales_invoice",
    },
    "POS Invoice": {
        "on_submit": "sales_targets.crediting.events.pos_invoice",
        "on_cancel": "sales_targets.crediting.events.pos_invoice",
        "on_update_after_submit": "sales_targets.crediting.events.pos_invoice",
        "on_change": "sales_targets.crediting.events.pos_invoice",
        "on_trash": "sales_targets.crediting.events.pos_invoice",
    },
    "Sales Order": {
        "on_submit": "sales_targets.crediting.events.sales_order",
        "on_cancel": "sales_targets.crediting.events.sales_order",
        "on_update_after_submit": "sales_targets.crediting.events.sales_order",
        "on_change": "sales_targets.crediting.events.sales_order",
        "on_trash": "sales_targets.crediting.events.sales_order",
    },
    "Payment Entry": {
        "on_submit": "sales_targets.crediting.events.payment_entry",
        "on_cancel": "sales_targets.crediting.events.payment_entry",
        "on_update_after_submit": "sales_targets.crediting.events.payment_entry",
    },
    "Journal Entry": {
        "on_submit": "sales_targets.crediting.events.journal_entry",
        "on_cancel": [
            "sales_targets.crediting.events.journal_entry",
            "sales_targets.compensation.events.payout_cancelled",
        ],
        "on_update_after_submit": "sales_targets.crediting.events.journal_entry",
    },
    "Purchase Invoice": {"on_cancel": "sales_targets.compensation.events.payout_cancelled"},
    "Additional Salary": {"on_cancel": "sales_targets.compensation.events.payout_cancelled"},
    "Opportunity": {
        "on_update": "sales_targets.crediting.events.opportunity",
        "on_change": "sales_targets.crediting.events.opportunity",
        "on_trash": "sales_targets.crediting.events.opportunity",
        "after_rename": "sales_targets.crediting.events.renamed",
    },
    "Sales Person": {
        "on_update": "sales_targets.crediting.events.sales_person",
        "on_trash": "sales_targets.crediting.events.sales_person",
        "after_rename": "sales_targets.crediting.events.sales_person_renamed",
    },
    "Employee": {
        "on_update": "sales_targets.crediting.events.employee",
        "on_trash": "sales_targets.crediting.events.employee",
    },
    "Company": {"after_rename": "sales_targets.crediting.events.company_renamed"},
    "Customer": {"after_rename": "sales_targets.crediting.events.renamed"},
    "Sales Partner": {"after_rename": "sales_targets.compensation.events.partner_renamed"},
    "Lead": {"after_rename": "sales_targets.crediting.events.renamed"},
    "Issue": {"after_rename": "sales_targets.crediting.events.renamed"},
    "Property Setter": {"validate": "sales_targets.setup.columns.check_property"},
}

scheduler_events = {
    "cron": {
        "* * * * *": ["sales_targets.tasks.every_minute"],
        "*/10 * * * *": ["sales_targets.tasks.tell_soon"],
    },
    "hourly_long": ["sales_targets.tasks.tell_hourly"],
    "daily": [
        "sales_targets.targets.status.update_statuses",
        "sales_targets.compensation.lifecycle.update_rule_statuses",
    ],
    "daily_long": ["sales_targets.tasks.nightly"],
}

# Rows of ours must never keep anybody from deleting a document or a master of ERPNext.
ignore_links_on_delete = [
    "Sales Credit",
    "Sales Credit Queue",
    "Sales Credit Total",
    "Sales Credit Source",
    "Sales Outcome Stamp",
    "Merged Seller",
    # Cancelling what paid a statement sets the statement back; Frappe's own check would refuse it instead.
    "Commission Statement",
    "Commission Dispute",
    "Commission Adjustment",
    "Commission Run",
    # What was told to whom, and what they want to hear.
    "Sales Notice",
    "Sales Notice Preference",
]
auto_cancel_exempted_doctypes = ["Commission Statement"]

permission_query_conditions = {
    "Commission Dispute": "sales_targets.compensation.claim_readers.dispute_conditions",
    "Commission Adjustment": "sales_targets.compensation.claim_readers.adjustment_conditions",
    "Sales Target": "sales_targets.targets.people.sales_target_conditions",
    "Sales Target KPI": "sales_targets.targets.people.sales_target_kpi_conditions",
    "Sales Target Period": "sales_targets.targets.people.sales_target_period_conditions",
    "Sales Target Exchange": "sales_targets.targets.people.sales_target_exchange_conditions",
    "Sales Target Revision": "sales_targets.targets.people.sales_target_revision_conditions",
    "Sales Credit": "sales_targets.targets.people.sales_credit_conditions",
    "Sales Credit Total": "sales_targets.targets.people.sales_credit_total_conditions",
    "Incentive Rule": "sales_targets.targets.rule_readers.incentive_rule_conditions",
    "Incentive Tier": "sales_targets.targets.rule_readers.incentive_tier_conditions",
    "Incentive Rule Member": "sales_targets.targets.rule_readers.incentive_rule_member_conditions",
    "Incentive Rule Filter": "sales_targets.targets.rule_readers.incentive_rule_filter_conditions",
    "Incentive Gate": "sales_targets.targets.rule_readers.incentive_gate_conditions",
    "Incentive Multiplier": "sales_targets.targets.rule_readers.incentive_multiplier_conditions",
    "Incentive Ramp": "sales_targets.targets.rule_readers.incentive_ramp_conditions",
    "Prepared Report": "sales_targets.targets.people.prepared_report_conditions",
    "Commission Statement": "sales_targets.compensation.people.statement_conditions",
    "Commission Statement Line": "sales_targets.compensation.people.statement_line_conditions",
    "Commission Statement Adjustment": "sales_targets.compensation.people.statement_adjustment_conditions",
    "Commission Run Chunk": "sales_targets.compensation.people.run_chunk_conditions",
    "Commission Draw": "sales_targets.compensation.people.draw_conditions",
    "Workflow Action": "sales_targets.compensation.action_readers.action_conditions",
    "Sales Notice": "sales_targets.desk.preferences.notice_conditions",
    "Sales Notice Preference": "sales_targets.desk.preferences.preference_conditions",
}

# Frappe's own search leaves such conditions out where its caller wants it to.
standard_queries = {
    doctype: "sales_targets.targets.search.search"
    for doctype in permission_query_conditions
    if doctype not in ("Prepared Report", "Workflow Action")
}

has_permission = {
    "Commission Dispute": "sales_targets.compensation.claim_readers.claim_permission",
    "Commission Adjustment": "sales_targets.compensation.claim_readers.claim_permission",
    "Sales Target": "sales_targets.targets.people.sales_target_permission",
    "Sales Target Revision": "sales_targets.targets.people.sales_target_revision_permission",
    "Sales Credit": "sales_targets.targets.people.sales_credit_permission",
    "Sales Credit Total": "sales_targets.targets.people.sales_credit_total_permission",
    "Incentive Rule": "sales_targets.targets.rule_readers.incentive_rule_permission",
    "Prepared Report": "sales_targets.targets.people.prepared_report_permission",
    "Commission Statement": "sales_targets.compensation.people.statement_permission",
    "Commission Draw": "sales_targets.compensation.people.draw_permission",
    "Workflow Action": "sales_targets.compensation.action_readers.action_permission",
    "Sales Notice": "sales_targets.desk.preferences.notice_permission",
    "Sales Notice Preference": "sales_targets.desk.preferences.preference_permission",
}

# For print formats, letter heads and notifications.
jinja = {
    "methods": [
        "sales_targets.targets.dates.sales_targets_date",
        "sales_targets.targets.dates.sales_targets_digits",
    ]
}

# Days until Log Settings forgets what was told; an event as old as that is not told again.
default_log_clearing_doctypes = {"Sales Notice": 1095}

# Deleting a company's transactions keeps what was planned; the ledger takes its credits back by reversal.
company_data_to_be_ignored = [
    "Sales Target",
    "Incentive Rule",
    "Commission Statement",
    "Commission Dispute",
    "Commission Adjustment",
    "Commission Draw",
    "Commission Run",
    "Commission Settings Company",
    "Commission Partner Supplier",
    "Sales Credit",
    "Sales Credit Total",
]
