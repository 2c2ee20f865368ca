app_name = "sales_targets"
app_title = "Sales Targets"
app_publisher = "Sales Targets contributors"
app_description = "Targets on any KPI that keep themselves up to date, and incentives that explain every amount"
app_email = "sales-targets@example.com"
app_license = "gpl-3.0"
required_apps = ["frappe/erpnext"]

before_install = "sales_targets.setup.install.before_install"
after_install = "sales_targets.setup.install.after_install"
after_migrate = ["sales_targets.setup.install.after_migrate"]
before_uninstall = "sales_targets.setup.uninstall.before_uninstall"
after_uninstall = "sales_targets.setup.uninstall.after_uninstall"
