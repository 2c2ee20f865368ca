"""One function per thing, with sensible defaults: `from tests.bench import factories as make`.

Masters return their name, transactions the document. Nothing here commits.
"""

from tests.bench.factories.base import DAY, insert, some
from tests.bench.factories.cash import advance, journal, payment, reconcile, unreconcile
from tests.bench.factories.companies import (
    EU,
    US,
    account,
    bank,
    books,
    cash,
    company,
    cost_center,
    ensure_base,
    receivable,
    warehouse,
)
from tests.bench.factories.masters import brand, bundle, customer, item, leaf, root, sales_partner, stock, tree_node
from tests.bench.factories.people import make_employee, sales_person, seller_user, team, user
from tests.bench.factories.sales import amend, credit_note, delivery_note, edit_team, invoice, invoice_of
