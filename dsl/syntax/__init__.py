"""The syntax tree of a price book: frozen nodes, one class a grammar rule.

Conventions, so that passes and lowering stay regular:

* every node has `span`; spans take no part in equality;
* a declaration or block holds its lines in `clauses`, in the order written. Read them with `only(node, Kind)` (the
  first clause of a kind, or None) and `every(node, Kind)` (all of them);
* an optional part is None (or False, or an empty tuple) where it is not written; defaults are lowering's affair;
* numbers are exact: `Decimal` as written, `Fraction` for shares, `int` for durations and clock times;
* names are `Name` nodes, unresolved: `dsl.passes` checks that they exist;
* a closed set of words is a plain string, listed in `dsl.syntax.words`.
"""

from dsl.syntax.amounts import *  # noqa: F403
from dsl.syntax.base import *  # noqa: F403
from dsl.syntax.book import *  # noqa: F403
from dsl.syntax.charges import *  # noqa: F403
from dsl.syntax.commerce import *  # noqa: F403
from dsl.syntax.contracts import *  # noqa: F403
from dsl.syntax.examples import *  # noqa: F403
from dsl.syntax.meters import *  # noqa: F403
from dsl.syntax.plans import *  # noqa: F403
from dsl.syntax.prices import *  # noqa: F403
from dsl.syntax.terms import *  # noqa: F403
from dsl.syntax.time import *  # noqa: F403
from dsl.syntax.walk import *  # noqa: F403
