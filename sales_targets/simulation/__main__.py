"""`python -m sales_targets.simulation` is the command `sales-targets`, without installing it."""

import sys

from sales_targets.simulation.cli import main

sys.exit(main())
