"""The bench the tests use: finding it, its owner, its site."""

from __future__ import annotations

import json
import os
import pwd
import subprocess
from collections.abc import Iterator
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


def find() -> Bench:
    """The bench of BENCH_DIR or of the usual places, with the site of SITE or one that allows tests."""
    named = os.environ.get("BENCH_DIR")
    if named:
        path = Path(named).expanduser().resolve()
        if not _is_bench(path):
            raise Broken(f"BENCH_DIR={named} is no bench with ERPNext that I may read")
    else:
        path = next((place for place in _usual_places() if _is_bench(place)), None)
        if not path:
            raise NotHere("no bench found: set BENCH_DIR and SITE")
    owner = pwd.getpwuid((path / "sites").stat().st_uid)
    return Bench(path, _site(path / "sites"), owner)


def _usual_places() -> Iterator[Path]:
    # A checkout that lies in a bench's apps folder belongs to that bench.
    if ROOT.parent.name == "apps":
        yield ROOT.parent.parent
    yield Path.home() / "frappe-bench"
    yield Path("/home/frappe/frappe-bench")
    for home in _listed(Path("/home")):
        yield home / "frappe-bench"
    for base in (ROOT.parent, Path("/workspace"), Path("/opt/bench"), Path("/opt")):
        yield base / "frappe-bench"
    yield Path("/workspace/development/frappe-bench")


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _is_bench(path: Path) -> bool:
    needed = ("sites/common_site_config.json", "env/bin/python", "apps/frappe", "apps/erpnext")
    try:
        return all((path / part).exists() for part in needed)
    except OSError:
        return False


def _site(sites: Path) -> str:
    named = os.environ.get("SITE")
    if named:
        if not (sites / named / "site_config.json").exists():
            raise Broken(f"SITE={named} is no site of {sites}")
        return named
    allowing = [
        config.parent.name
        for config in sorted(sites.glob("*/site_config.json"))
        if os.access(config, os.R_OK) and _json(config).get("allow_tests")
    ]
    if not allowing:
        raise NotHere(f"no site in {sites} allows tests: bench --site NAME set-config allow_tests true")
    return min(allowing, key=lambda name: (name != "test.localhost", not name.startswith("test"), name))


def _json(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))
