app_name = "sales_targets"
app_title = "Sales Targets"
app_publisher = "Sales Targets contributors"
app_description = "Targets on any KPI that keep themselves up to date, and incentives that explain every amount"
app_email = "sales-targets@example.com"
app_license = "gpl-3.0"
required_apps = ["frappe/erpnext"]
