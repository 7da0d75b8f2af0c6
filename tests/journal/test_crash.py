"""A process killed at any step leaves all of a command or nothing of it, and its locks are free."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.journal import Store, fold, verify_journal

NOW = 1_790_000_000_000_000

CHILD = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from engine.journal import Store
from engine.ledger import Account, EmbeddedLedger, Transfer

steps, fatal = 0, int(sys.argv[2])

def step(*_arguments, **_options):
    global steps
    steps += 1
    if steps == fatal:
        os.kill(os.getpid(), signal.SIGKILL)

store = Store.open(Path(sys.argv[1]))
ledger = EmbeddedLedger.open(store)
lease = store.lease("run", "child", 1)
lease.__enter__()
for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
    event.listen(store.engine, name, step)
for name in ("fsync", "replace"):
    def wrapped(*arguments, real=getattr(os, name)):
        step()
        result = real(*arguments)
        step()
        return result
    setattr(os, name, wrapped)

def work(tx):
    tx.next_number("invoice", 2)
    tx.bulk("usage", "run-1", [("u1", "{}"), ("u2", "{}")], None)
    tx.put("customer", "c1", {"name": "Acme"})
    ledger.create_accounts([Account(id=1, ledger=840, code=1), Account(id=2, ledger=840, code=1)], 1, tx.connection)
    move = Transfer(id=1, debit_account_id=1, credit_account_id=2, amount=5, ledger=840, code=1)
    ledger.create_transfers([move], 1, tx.connection)
    tx.emit("run.committed", {"run": "run-1"})

store.command("child", "run.commit", "key", {}, 1, work)
step()
print(steps)
"""


def run(path: Path, fatal: int, root: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", CHILD, str(path), str(fatal)]
    return subprocess.run(command, capture_output=True, text=True, cwd=root, check=False)


def test_all_or_nothing_at_every_step(tmp_path: Path, root: Path) -> None:
    whole = run(tmp_path / "whole" / "a.db", 0, root)
    total = int(whole.stdout)
    assert total > 40
    outcomes = set()
    # One process a step: every fifth one, and all around the commit.
    for fatal in sorted({*range(1, total, 5), *range(total - 3, total + 1)}):
        path = tmp_path / str(fatal) / "a.db"
        assert run(path, fatal, root).returncode == -signal.SIGKILL
        with Store.open(path) as store, store.lease("run", "parent", NOW):
            assert verify_journal(store) == []
            entries = store.entries()
            outcomes.add(len(entries))
            assert len(entries) in (0, 4)
            assert len(fold(entries, store.read_artefact())) == (4 if entries else 0)
            with store.reading() as connection:
                moved = connection.exec_driver_sql("SELECT count(*) FROM ledger_transfers").scalar_one()
            assert moved == (1 if entries else 0)
    assert outcomes == {0, 4}


def test_the_command_succeeds_after_the_crash(tmp_path: Path, root: Path) -> None:
    path = tmp_path / "a.db"
    assert run(path, 12, root).returncode == -signal.SIGKILL
    assert run(path, 0, root).returncode == 0
    assert run(path, 0, root).returncode == 0
    with Store.open(path) as store:
        assert len(store.entries()) == 4
        assert store.get("counter", "invoice") == {"last": 2}
        assert not list(store.root.glob("batches/*.tmp"))


@pytest.mark.parametrize("fatal", [0, 5])
def test_a_lease_dies_with_its_process(tmp_path: Path, root: Path, fatal: int) -> None:
    run(tmp_path / "a.db", fatal, root)
    with Store.open(tmp_path / "a.db") as store, store.lease("run", "parent", NOW):
        assert "parent" in (tmp_path / "locks" / "run.lock").read_text()
