"""A workspace of any size for whole-run benchmarks: accounts, books, segments written without an ingest."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import duckdb

import dsl
from engine.events import catalogue
from engine.events.catalogue import Segment
from engine.workspace import Workspace

BOOK = """book bench version 1 from 2026-01-01
currency USD
timezone "UTC"
unit B
unit GB = 1_000_000_000 B
unit call
meter calls {
  events "api.call"
  measure count as call
}
meter egress {
  events "object.transfer"
  measure sum of bytes as B
}
tax saas "Sales tax" 8.25%
plan standard "Standard" {
  bill monthly in arrears
  charge fee "Platform fee" {
    price flat USD 10
    taxed as saas
  }
  charge calls "Calls" {
    for calls
    free 10 call
    price package USD 0.05 per 10 call
    taxed as saas
  }
  charge egress "Egress" {
    for egress
    price graduated {
      up to 10 GB: USD 0.09 per GB
      above 10 GB up to 50 GB: USD 0.085 per GB
      above 50 GB: USD 0.07 per GB
    }
    taxed as saas
  }
}
"""
START = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
NOW = 1_793_491_200_000_000
ROWS = """SELECT i + {first}::BIGINT AS seq, 'e' || (i + {first}) AS id, 'bench' AS source,
  'acct-' || lpad((pow(hash(i + {first}) % 1000003 / 1000003.0, 2) * {accounts})::BIGINT::VARCHAR, 7, '0') AS subject,
  make_timestamp({start_us} + (hash(i * 7 + {first}) % 86400000000)::BIGINT) AS time,
  (hash(i * 13 + {first}) >> 1)::BIGINT AS digest{extra}, '{{}}' AS data, NULL::VARCHAR AS ext
  FROM range({rows}) t(i)"""
KINDS = {
    "api.call": "",
    "object.transfer": ", (hash(i * 3) % 2000000000)::DECIMAL(18,6) AS n_bytes",
}


def build(root: Path, accounts: int, events: int) -> Workspace:
    """A workspace with one book, `accounts` subscriptions, about `events` events of October 2026, sorted."""
    workspace = Workspace.init(root, "bench")
    workspace.publish(dsl.compile(BOOK, "bench.rate"), BOOK, "bench.rate", now=NOW)
    names = [f"acct-{i:07}" for i in range(accounts)]
    customers = [("row", {"id": n}) for n in names]
    terms = {"plan": "standard", "start": "2026-01-01"}
    subscriptions = [("row", {"id": f"sub-{n}", "customer": n, **terms}) for n in names]
    workspace.import_lists(customers, subscriptions, now=NOW)
    _segments(workspace, accounts, events)
    return workspace


def _segments(workspace: Workspace, accounts: int, events: int) -> None:
    con = duckdb.connect(config={"threads": 2})
    rows = max(1, events // (31 * len(KINDS)))
    found: list[Segment] = []
    first = 1
    for kind, extra in KINDS.items():
        for day in range(31):
            start = START + dt.timedelta(days=day)
            path = f"events/{kind}/{start.date()}/{first:012}-{first + rows - 1:012}.parquet"
            file = workspace.root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            start_us = int(start.timestamp()) * 1_000_000
            query = ROWS.format(first=first, accounts=accounts, start_us=start_us, extra=extra, rows=rows)
            con.execute(
                f"COPY ({query} ORDER BY subject, time, id) TO '{file}' "
                "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 100000)"
            )
            columns = {"seq": "BIGINT", "id": "VARCHAR", "source": "VARCHAR", "subject": "VARCHAR",
                       "time": "TIMESTAMP", "digest": "BIGINT", "data": "VARCHAR", "ext": "VARCHAR"}  # fmt: skip
            if extra:
                columns["n_bytes"] = "DECIMAL(18,6)"
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            found.append(
                Segment(len(found) + 1, path, kind, str(start.date()), first, first + rows - 1, rows, start_us,
                        start_us + 86_400_000_000 - 1, digest, columns, 0, 1)
            )  # fmt: skip
            first += rows
    with workspace.writing() as connection:
        catalogue.add_segments(connection, found)
        catalogue.set_counter(connection, "seq", first - 1)
        catalogue.set_counter(connection, "segment", len(found))
    con.close()


BARE = {
    "api.call": "SELECT subject, count(*) FROM read_parquet([{files}]) WHERE {month} GROUP BY subject",
    "object.transfer": "SELECT subject, sum(n_bytes) FROM read_parquet([{files}]) WHERE {month} GROUP BY subject",
}
MONTH = "time >= TIMESTAMP '2026-10-01' AND time < TIMESTAMP '2026-11-01'"


def bare_metering(root: Path) -> None:
    """What a user would write by hand to get the month's usage of every account: one query a kind of event."""
    con = duckdb.connect(config={"threads": 2})
    for kind, query in BARE.items():
        files = ", ".join(f"'{p}'" for p in sorted((root / "events" / kind).rglob("*.parquet")))
        con.execute(query.format(files=files, month=MONTH)).fetchall()
    con.close()
