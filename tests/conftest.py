"""Which tests can be collected here, and how hard hypothesis tries."""

import importlib.util
import os

from hypothesis import HealthCheck, settings

# The bench tier needs Frappe and the name of a site, the browser tier a desk that is served.
collect_ignore: list[str] = []
if not (os.environ.get("SITE") and importlib.util.find_spec("frappe")):
    collect_ignore.append("bench")
if not (os.environ.get("DESK") and importlib.util.find_spec("playwright")):
    collect_ignore.append("browser")

# Nothing is stored between runs: the sites folder of a bench is no place for a database of examples.
_common = {"deadline": None, "database": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("dev", **_common)
settings.register_profile("ci", derandomize=True, print_blob=True, **_common)
settings.register_profile("soak", max_examples=400, stateful_step_count=60, **_common)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))
