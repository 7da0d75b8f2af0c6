"""`ratebook consume WS --brokers B --topic T`."""

from __future__ import annotations

import argparse
from typing import Any

from engine.streams.kafka import KafkaFeed
from engine.workspace import Workspace
from workbench.clock import now_us
from workbench.output import Refused, WrongUse, counted, error_data, error_text


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("workspace", metavar="WS")
    parser.add_argument("--brokers", required=True, metavar="HOST:PORT,...")
    parser.add_argument("--topic", required=True, metavar="TOPIC")
    parser.add_argument("--config", action="append", default=[], metavar="NAME=VALUE", help="a setting of librdkafka")
    parser.add_argument("--most", type=int, default=10_000, metavar="N", help="messages stored together (10,000)")
    parser.add_argument("--idle-ms", type=int, default=10_000, metavar="N", help="stop when brokers are silent so long")
    parser.add_argument("--now", help="the moment of the ingest")
    parser.add_argument("--actor", default="ratebook")


def work(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Take a topic's events in, from where the workspace stands; the offsets are stored with the events."""
    config = dict(_setting(text) for text in options.config)
    totals = dict.fromkeys(("messages", "accepted", "duplicates", "conflicts", "quarantined"), 0)
    try:
        feed = KafkaFeed(options.brokers, options.topic, config)
    except ImportError:
        message, hint = "confluent-kafka is not installed", "pip install 'ratebook[kafka]'"
        raise Refused(error_data("RBC06", message, hint), error_text("RBC06", message, hint)) from None
    with feed, Workspace.open(options.workspace) as workspace:
        for batch in feed.batches(workspace.offsets(options.topic), options.most, options.idle_ms):
            report = workspace.ingest_batch(
                options.topic, batch.body, batch.following, now=now_us(options.now), actor=options.actor
            )
            totals["messages"] += len(batch.lines)
            for name in ("accepted", "duplicates", "conflicts", "quarantined"):
                totals[name] += getattr(report, name)
        following = workspace.offsets(options.topic)
    data = {"topic": options.topic, **totals, "offsets": {str(p): n for p, n in sorted(following.items())}}
    text = f"{options.topic}: {counted(totals['messages'], 'message')}, {counted(totals['accepted'], 'event')} accepted"
    return data, text


def _setting(text: str) -> tuple[str, str]:
    name, equal, value = text.partition("=")
    if not equal or not name:
        raise WrongUse(f"`{text}` is no setting", "write --config security.protocol=SSL")
    return name, value
