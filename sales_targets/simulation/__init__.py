"""The engine on CSV files, without a site: a command line, JSON statements and one HTML page.

    cli.py        the command `sales-targets` and its options
    plan.py       PLAN.toml: targets and rules, checked
    files.py      CREDITS.csv and SELLERS.csv, checked
    errors.py     what is wrong with an input, in one line
    documents.py  sample documents: invoices, teams, payments, returns
    sample.py     writes the sample files
    convert.py    documents into credits
    run.py        credits and rules into statements, month by month
    standing.py   attainment over the tree and pacing on a day
    terminal.py   tables and the progress bar on a terminal
    charts.py     SVG charts
    page.py       the HTML page (page.css beside it); explain.py: the part that explains one statement

Nothing here imports frappe. The formats are described in docs/simulate.md.
"""
