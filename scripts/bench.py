"""A bench the tests use: its site, its owner, its versions, and commands run in it."""

from __future__ import annotations

import json
import os
import pwd
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
APP = "sales_targets"


class NotHere(Exception):
    """There is no bench to run on; the message says why. Nothing is wrong with that."""


class Broken(Exception):
    """A bench was named or found and cannot be used; the message says why."""


class Bench(NamedTuple):
    """A bench, one of its sites, and the user its processes run as."""

    path: Path
    site: str
    owner: pwd.struct_passwd

    @property
    def python(self) -> Path:
        return self.path / "env" / "bin" / "python"

    @property
    def sites(self) -> Path:
        return self.path / "sites"

    @property
    def link(self) -> Path:
        return self.path / "apps" / APP

    def config(self) -> dict[str, Any]:
        """The settings of the site, over those of the bench."""
        common = _json(self.sites / "common_site_config.json")
        return {**common, **_json(self.sites / self.site / "site_config.json")}

    def versions(self, apps: Iterable[str] = ("frappe", "erpnext")) -> str:
        """`frappe 15.101.1, erpnext 15.99.1`: the given apps but ours."""
        return ", ".join(f"{app} {version(self.path, app) or '?'}" for app in apps if app != APP)

    def as_owner(self) -> dict[str, Any]:
        """Arguments for `subprocess` that give up root for the bench's owner."""
        if os.geteuid() != 0 or self.owner.pw_uid == 0:
            return {}
        groups = os.getgrouplist(self.owner.pw_name, self.owner.pw_gid)
        return {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": groups}

    def env(self, code: Path) -> dict[str, str]:
        """The environment of a process in the bench that imports the app from `code`."""
        changes = {
            "BENCH_DIR": str(self.path),
            "SITE": self.site,
            # First on the path, so that the tests run this code whatever the bench has installed.
            "PYTHONPATH": str(code),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        if self.as_owner():
            changes |= {"HOME": self.owner.pw_dir, "USER": self.owner.pw_name, "LOGNAME": self.owner.pw_name}
        return {**os.environ, **changes}

    def run(self, *command: str, code: Path = ROOT, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command in the sites folder as the owner; its output is shown only when it fails."""
        done = subprocess.run(
            command,
            cwd=self.sites,
            env=self.env(code),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            **self.as_owner(),
        )
        if check and done.returncode:
            tail = (done.stdout + done.stderr).strip()[-4000:]
            raise Broken(f"{' '.join(command)} failed:\n{tail}")
        return done

    def frappe(self, *arguments: str, code: Path = ROOT) -> subprocess.CompletedProcess[str]:
        """Run one of Frappe's commands on the site."""
        helper = ("-m", "frappe.utils.bench_helper", "frappe", "--site", self.site)
        return self.run(str(self.python), *helper, *arguments, code=code)


def version(path: Path, app: str) -> str:
    """The version that an app of the bench in `path` says it has, read and not imported; empty when it says none."""
    try:
        text = (path / "apps" / app / app / "__init__.py").read_text(encoding="utf-8")
    except OSError:
        return ""
    found = re.search(r"""^__version__\s*=\s*["']([^"']+)["']""", text, re.MULTILINE)
    return found[1] if found else ""


def _json(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))
