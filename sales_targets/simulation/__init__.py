"""The engine on CSV files, without a site: a command line, JSON statements and one HTML page.

    cli.py        the command `sales-targets` and its options
    plan.py       PLAN.toml: targets and draws, checked; rules.py: its rules as the engine's terms
    toml.py       typed reading of TOML, complaints with their line
    files.py      CREDITS.csv and SELLERS.csv, checked
    errors.py     what is wrong with an input, in one line
    targets.py    what is targeted of whom in any stretch of time
    facts.py      what the engine asks of a seller under a rule, answered from the files
    folding.py    one rule and one seller, month after month: what is known less what was carried
    advances.py   the draws of one seller, month after month
    run.py        all of it into statements
    standing.py   attainment over the tree and pacing on a day
    output.py     statements as JSON and as tables; terminal.py: aligned tables and the progress bar
    page.py       the HTML page (page.css, html.py beside it); explain.py: commission, one statement explained
    charts.py     SVG charts; words.py: figures and days as people read them
    documents.py  sample documents: invoices, teams, payments, returns
    convert.py    documents into credits
    sample.py     writes the sample files

Nothing here imports frappe or pandas. The formats are described in docs/simulate.md.
"""
