"""The scripts import each other by their bare names, as Python does when one of them is run."""

import sys

from tests.unit.static.source import ROOT

sys.path.append(str(ROOT / "scripts"))
