"""A topic into the log exactly once: offsets commit with the events, under redelivery and crashes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer

from engine.events import IngestError
from engine.streams.kafka import KafkaFeed, event_of
from engine.streams.offsets import write_offsets
from tests.workspace.kit import BOOK, NOW, World, ratebook, world

TOPIC = "usage"


class Cluster:
    """The client library's own mock cluster, living in a producer."""

    def __init__(self) -> None:
        self.producer = Producer({"bootstrap.servers": "mock", "test.mock.num.brokers": 1, "log_level": 0})
        brokers = self.producer.list_topics(timeout=10).brokers.values()
        self.brokers = ",".join(f"{b.host}:{b.port}" for b in brokers)

    def send(self, *values: bytes | None, partition: int = 0, headers: list[tuple[str, bytes]] | None = None) -> None:
        """Messages into a partition."""
        for value in values:
            self.producer.produce(TOPIC, value=value, partition=partition, headers=headers or [])
        assert self.producer.flush(10) == 0


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    yield Cluster()


@pytest.fixture
def made(tmp_path: Path) -> World:
    made = world(tmp_path)
    made.publish(BOOK)
    return made


def call(n: int, **more: Any) -> bytes:
    event = {"specversion": "1.0", "id": f"k{n}", "source": "svc", "type": "api.call", "subject": "ann",
             "time": "2026-10-05T00:00:00Z", "data": {"n": n}, **more}  # fmt: skip
    return json.dumps(event, indent=1).encode()


def consume(made: World, cluster: Cluster, *more: str, code: int = 0) -> dict[str, Any]:
    arguments = ("--brokers", cluster.brokers, "--topic", TOPIC, "--now", NOW)
    return made.do("consume", *arguments, *more, code=code)


def test_all_partitions_are_read_once_from_where_the_workspace_stands(made: World, cluster: Cluster) -> None:
    cluster.send(call(1), call(2))
    cluster.send(call(3), partition=2)
    first = consume(made, cluster)
    assert (first["messages"], first["accepted"], first["offsets"]) == (3, 3, {"0": 2, "2": 1})
    assert consume(made, cluster)["messages"] == 0
    cluster.send(call(4), call(2))
    again = consume(made, cluster, "--most", "1")
    assert (again["accepted"], again["duplicates"], again["offsets"]["0"]) == (1, 1, 4)
    assert made.do("verify")["findings"] == []


def test_what_is_no_event_goes_to_quarantine_and_the_rest_goes_on(made: World, cluster: Cluster) -> None:
    cluster.send(b"no json", call(1), None, b'{"specversion": "1.0"}')
    report = consume(made, cluster)
    assert (report["accepted"], report["quarantined"], report["offsets"]) == (1, 2, {"0": 4})


def test_a_crash_before_the_commit_stores_neither_events_nor_offsets(made: World, cluster: Cluster) -> None:
    cluster.send(call(1), call(2))
    with made.workspace(read_only=False) as workspace, KafkaFeed(cluster.brokers, TOPIC) as feed:
        batch = next(feed.batches(workspace.offsets(TOPIC)))
        with pytest.raises(RuntimeError, match="pulled"):
            from engine import events
            from engine.events import Source

            def pulled(connection: Any, report: Any) -> None:
                write_offsets(connection, TOPIC, batch.following)
                raise RuntimeError("the plug was pulled")

            moment = events.instants.instant(1_796_083_200_000_000)
            source = Source(data=batch.body, name="x.jsonl")
            events.ingest(workspace.root, workspace.writing, [source], properties={}, now=moment, on_commit=pulled)
        assert workspace.offsets(TOPIC) == {}
        assert workspace.high_water() == 0
    assert consume(made, cluster)["accepted"] == 2


def test_offsets_that_were_lost_double_nothing(made: World, cluster: Cluster) -> None:
    cluster.send(call(1), call(2))
    consume(made, cluster)
    with made.workspace(read_only=False) as workspace, workspace.writing() as connection:
        write_offsets(connection, TOPIC, {0: 0})
    assert consume(made, cluster)["duplicates"] == 2


def test_binary_mode(made: World, cluster: Cluster) -> None:
    names = {"specversion": "1.0", "id": "b1", "source": "svc", "type": "api.call", "subject": "ann",
             "time": "2026-10-05T00:00:00Z"}  # fmt: skip
    headers = [(f"ce_{name}", value.encode()) for name, value in names.items()]
    cluster.send(b'{"n": 1}', headers=[*headers, ("content-type", b"application/json")])
    assert consume(made, cluster)["accepted"] == 1
    line = json.loads(event_of(b"\x00\x01", [*headers, ("content-type", b"application/octet-stream")]))
    assert (line["id"], line["data_base64"]) == ("b1", "AAE=")


def test_an_offset_that_the_broker_lost_a_missing_topic_and_no_broker(made: World, cluster: Cluster) -> None:
    cluster.send(call(1))
    with made.workspace(read_only=False) as workspace, workspace.writing() as connection:
        write_offsets(connection, TOPIC, {0: 77})
    assert consume(made, cluster, code=1)["error"]["code"] == "RBE25"
    with KafkaFeed("127.0.0.1:1", TOPIC) as feed, pytest.raises(IngestError) as unreachable:
        list(feed.batches({}))
    assert unreachable.value.code == "RBE23"
    assert ratebook("consume", made.path, "--brokers", "x", "--topic", "t", "--config", "novalue").code == 2
