"""Which tests can be collected here: the bench tier needs Frappe and the name of a site."""

import importlib.util
import os

NEEDS_SITE = ("bench", "browser")

collect_ignore: list[str] = []
if not (os.environ.get("SITE") and importlib.util.find_spec("frappe")):
    collect_ignore += NEEDS_SITE
