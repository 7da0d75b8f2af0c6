"""Requests to language models, and a web log as a content network bills it, against a bill by hand."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from tests.real.hand import language_model, web
from tests.workspace.kit import NOW, World


def amounts(made: World) -> dict[str, list[Fraction]]:
    """The lines' amounts by subscription, in invoice order."""
    found: dict[str, list[Fraction]] = {}
    for line in made.lines():
        found.setdefault(line["subscription"], []).append(Fraction(line["amount"]))
    return found


def test_two_language_models(made: World, root: Path, real_data: Path) -> None:
    made.do("publish", root / "pricebooks/real/llm_traces.rate", "--now", NOW)
    kinds = ("code", "conv")
    made.subscribe(*({"id": k, "customer": k, "plan": "on_demand", "start": "2023-11-01"} for k in kinds))
    for kind in kinds:
        mapping = (
            f"type='llm.request',source='trace',subject='{kind}',id=@row,"
            "time=TIMESTAMP,context=ContextTokens,generated=GeneratedTokens"
        )
        report = made.do("ingest", real_data / f"llm_requests_{kind}.csv", "--map", mapping, "--now", NOW)
        assert (report["duplicates"], report["conflicts"], report["quarantined"]) == (0, 0, 0)
    made.run("2023-11")
    expected = {kind: list(language_model(real_data / f"llm_requests_{kind}.csv")) for kind in kinds}
    assert amounts(made) == expected
    made.prove("2023-11")


def test_a_web_log_as_traffic(made: World, root: Path, real_data: Path) -> None:
    made.do("publish", root / "pricebooks/real/web_cdn.rate", "--now", NOW)
    made.subscribe({"id": "site", "customer": "site", "plan": "cdn", "start": "2015-05-01"})
    path = real_data / "web_access_2015_05.csv.gz"
    mapping = "type='web.request',source='log',subject='site',id=line,time=time,method=method,status=status,bytes=bytes"
    assert made.do("ingest", path, "--map", mapping, "--now", NOW)["accepted"] == 10_000
    made.run("2015-05")
    traffic, requests = web(path)
    assert sorted(amounts(made)["site"]) == sorted([traffic, requests])
    made.prove("2015-05")
