"""Run by the bench's Python in its sites folder: `desk_process.py web SITE PORT NAME` or `... worker NAME`.

Serves one site on 127.0.0.1, or works off its background jobs, with the code on PYTHONPATH. Jobs wait in queues
called NAME: workers of other code on the same Redis never see them. Ends when its standard input closes, so it
never outlives whoever started it.
"""

import contextlib
import os
import signal
import sys
import threading
from pathlib import Path

import frappe
from frappe.utils import background_jobs

APP = "sales_targets"
QUEUES = "short,default,long"


def main() -> None:
    """Serve or work until the starter goes."""
    kind, *arguments = sys.argv[1:]
    threading.Thread(target=_end_with_starter, daemon=True).start()
    name = arguments[-1]
    background_jobs.get_bench_id = lambda: name
    if kind == "web":
        web(arguments[0], int(arguments[1]))
    else:
        worker()


def web(site: str, port: int) -> None:
    """Answer for one site whatever host is asked for, with the bench's assets."""
    import frappe.app
    from werkzeug.middleware.shared_data import SharedDataMiddleware
    from werkzeug.serving import run_simple

    frappe.app._site = site
    frappe.app._sites_path = os.getcwd()
    # The bench's assets, and those of the code that is served, which no bench was built with.
    public = Path(__file__).resolve().parent.parent / APP / "public"
    statics = {f"/assets/{APP}": str(public)}
    application = SharedDataMiddleware(frappe.app.application_with_statics(), statics)
    run_simple("127.0.0.1", port, application, threaded=True, use_reloader=False, use_debugger=False)


def worker() -> None:
    """Work off jobs, then take away what the queues leave in Redis."""
    # Only the main thread may handle signals: the worker stays in it.
    try:
        background_jobs.start_worker(queue=QUEUES, quiet=True)
    finally:
        with contextlib.suppress(Exception), frappe.init_site():
            for queue in background_jobs.get_queues():
                queue.delete(delete_jobs=True)


def _end_with_starter() -> None:
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
