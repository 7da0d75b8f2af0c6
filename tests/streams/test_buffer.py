"""The buffer: durable before acknowledged, nothing dropped, nothing doubled."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from decimal import Decimal
from pathlib import Path

import pytest

from engine.events import IngestError
from engine.streams import BufferError, BufferLimits, MeterBuffer, drain, spooled
from engine.streams.spool import Batch, write_batch
from tests.workspace.kit import BOOK, World, world

QUICK = BufferLimits(events=10, milliseconds=20)


def lines(folder: Path) -> list[dict[str, object]]:
    """Everything in the spool."""
    return [json.loads(line) for path in spooled(folder) for line in path.read_text().splitlines()]


def test_what_is_acknowledged_is_on_disk(tmp_path: Path) -> None:
    with MeterBuffer(tmp_path, "svc", limits=QUICK, instance="a", clock=lambda: 1_790_000_000_123_456_789) as buffer:
        ticket = buffer.meter("api.call", "ann", {"n": 3, "size": Decimal("0.10"), "region": "eu"})
        assert buffer.wait(ticket)
        assert buffer.acknowledged == 1
        assert lines(tmp_path) == [
            {"specversion": "1.0", "id": "a-1", "source": "svc", "type": "api.call", "subject": "ann",
             "time": "2026-09-21T14:13:20.123456Z", "data": {"n": 3, "size": "0.10", "region": "eu"}}
        ]  # fmt: skip


def test_many_threads_lose_and_double_nothing(tmp_path: Path) -> None:
    with MeterBuffer(tmp_path, "svc", limits=BufferLimits(events=100, milliseconds=5), instance="a") as buffer:

        def work(who: int) -> None:
            for n in range(2_000):
                buffer.meter("t", f"s{who}", {"n": n})

        threads = [threading.Thread(target=work, args=(who,)) for who in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert buffer.wait(8_000)
    found = lines(tmp_path)
    assert len({e["id"] for e in found}) == len(found) == 8_000
    assert {(e["subject"], e["data"]["n"]) for e in found} == {(f"s{w}", n) for w in range(4) for n in range(2_000)}  # type: ignore[index]


def test_a_full_buffer_waits_and_then_says_that_it_did_not_accept(tmp_path: Path) -> None:
    broken = threading.Event()
    broken.set()

    def write(folder: Path, batch: Batch) -> None:
        if broken.is_set():
            raise IngestError("RBE03", "the disk is full", "free some space")
        write_batch(folder, batch)

    limits = BufferLimits(events=2, milliseconds=5, capacity=3, patience_ms=50)
    buffer = MeterBuffer(tmp_path, "svc", limits=limits, instance="a", write=write)
    for n in range(3):
        buffer.meter("t", "s", {"n": n})
    with pytest.raises(BufferError, match="is not being written") as refused:
        buffer.meter("t", "s", {"n": 3})
    assert refused.value.code == "RBE21"
    with pytest.raises(BufferError) as stuck:
        buffer.close(timeout_ms=2_000)
    assert (stuck.value.code, buffer.acknowledged, spooled(tmp_path)) == ("RBE22", 0, [])


def test_a_disk_that_comes_back_gets_everything(tmp_path: Path) -> None:
    failures = iter([True, True, False])

    def write(folder: Path, batch: Batch) -> None:
        if next(failures, False):
            raise OSError(28, "no space left")
        write_batch(folder, batch)

    with MeterBuffer(tmp_path, "svc", limits=QUICK, instance="a", write=write) as buffer:
        tickets = [buffer.meter("t", "s", {"n": n}) for n in range(25)]
        assert buffer.wait(tickets[-1], 5_000)
    assert [e["data"] for e in lines(tmp_path)] == [{"n": n} for n in range(25)]


def test_a_closed_buffer_and_a_float_are_refused(tmp_path: Path) -> None:
    buffer = MeterBuffer(tmp_path, "svc", limits=QUICK)
    with pytest.raises(TypeError, match="never a binary float"):
        buffer.meter("t", "s", {"n": 1.5})
    buffer.close()
    with pytest.raises(BufferError) as closed:
        buffer.meter("t", "s", {"n": 1})
    assert closed.value.code == "RBE20"
    assert spooled(tmp_path) == []


VICTIM = """
import sys
from pathlib import Path
from engine.streams import BufferLimits, MeterBuffer
buffer = MeterBuffer(Path(sys.argv[1]), "svc", limits=BufferLimits(events=50, milliseconds=5), instance="v")
n = 0
while True:
    ticket = buffer.meter("api.call", "ann", {"n": 1})
    if ticket % 50 == 0:
        print(buffer.acknowledged, flush=True)
"""


def test_killed_at_any_moment_all_that_was_acknowledged_is_billed_once(tmp_path: Path, root: Path) -> None:
    made = world(tmp_path / "w")
    made.publish(BOOK)
    spool = tmp_path / "spool"
    told = 0
    command = [sys.executable, "-c", VICTIM, str(spool)]
    env = {**os.environ, "PYTHONPATH": str(root)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env, cwd=root) as process:
        assert process.stdout is not None
        while told < 500:
            told = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
    found = lines(spool)
    assert {f"v-{n}" for n in range(1, told + 1)} <= {e["id"] for e in found}
    assert drained(made, spool) == (len(found), 0)
    assert spooled(spool) == []


def test_a_drain_killed_before_it_removed_the_file_doubles_nothing(tmp_path: Path) -> None:
    made = world(tmp_path / "w")
    made.publish(BOOK)
    with MeterBuffer(tmp_path / "spool", "svc", limits=QUICK, instance="a") as buffer:
        buffer.wait(buffer.meter("api.call", "ann", {"n": 1}))
    [path] = spooled(tmp_path / "spool")
    copy = path.read_bytes()
    assert drained(made, tmp_path / "spool") == (1, 0)
    path.write_bytes(copy)
    assert drained(made, tmp_path / "spool") == (0, 1)
    assert drained(made, tmp_path / "spool") is None


def drained(made: World, spool: Path) -> tuple[int, int] | None:
    """(accepted, duplicates) of a drain."""
    with made.workspace(read_only=False) as workspace:
        report = drain(spool, lambda sources: workspace.ingest(sources, now=1_796_083_200_000_000))
    return None if report is None else (report.accepted, report.duplicates)
