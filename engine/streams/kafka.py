"""A Kafka topic into the event log, each event once: the offsets are committed with the segment, not to the broker.

Messages are CloudEvents in structured mode (the value is the event) or in binary mode (attributes in headers `ce_*`,
the value is the data). Needs the extra `kafka` (confluent-kafka).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from engine.events import IngestError

_TIMEOUT_S = 10
_GATHER_MS = 100
"""How long a batch gathers after its first message."""


@dataclass(slots=True)
class MessageBatch:
    """Messages read together: events as JSON lines, and the offset that follows the last one of each partition."""

    lines: list[bytes] = field(default_factory=list)
    following: dict[int, int] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        """The events as one file of JSON lines."""
        return b"".join(line + b"\n" for line in self.lines)


class KafkaFeed:
    """All partitions of one topic, read from where the workspace stands. Use it in a `with` block.

    `config` holds more settings of librdkafka (security, timeouts). Raises `IngestError` RBE23 when the brokers cannot
    be reached, RBE24 when there is no such topic, RBE25 when the broker no longer holds what was to be read next.
    """

    def __init__(self, brokers: str, topic: str, config: Mapping[str, str] | None = None) -> None:
        import confluent_kafka

        self._kafka, self.topic = confluent_kafka, topic
        fixed = {
            "bootstrap.servers": brokers, "group.id": "ratebook", "enable.auto.commit": False,
            "enable.auto.offset.store": False, "auto.offset.reset": "error", "enable.partition.eof": True,
        }  # fmt: skip
        self._consumer = confluent_kafka.Consumer({**fixed, **(config or {})}, logger=_SILENT)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._consumer.close()

    def batches(self, start: Mapping[int, int], most: int = 10_000, idle_ms: int = 10_000) -> Iterator[MessageBatch]:
        """Batches of up to `most` messages, from the offsets in `start` on, to the end of every partition.

        A batch must be stored before the next one is asked for. Brokers that say nothing for `idle_ms` end it, too.
        """
        beginning, partitions = self._kafka.OFFSET_BEGINNING, self._partitions()
        at = {number: start.get(number, beginning) for number in partitions}
        self._consumer.assign([self._kafka.TopicPartition(self.topic, n, position) for n, position in at.items()])
        ended: set[int] = set()
        while len(ended) < len(partitions):
            first = self._consumer.poll(idle_ms / 1000)
            if first is None:
                return
            more = self._consumer.consume(most - 1, timeout=_GATHER_MS / 1000) if most > 1 else []
            batch = self._batch([first, *more], ended)
            if batch.following:
                yield batch

    def _partitions(self) -> list[int]:
        try:
            found = self._consumer.list_topics(self.topic, timeout=_TIMEOUT_S).topics[self.topic]
        except self._kafka.KafkaException as error:
            raise IngestError(
                "RBE23", f"the brokers cannot be reached: {error.args[0].str()}", "check --brokers and the network"
            ) from None
        if found.error is not None or not found.partitions:
            raise IngestError("RBE24", f"there is no topic `{self.topic}`", "check --topic")
        return sorted(found.partitions)

    def _batch(self, messages: list[Any], ended: set[int]) -> MessageBatch:
        batch = MessageBatch()
        for message in messages:
            if message.error() is not None and message.error().code() == self._kafka.KafkaError._PARTITION_EOF:
                ended.add(message.partition())
                continue
            ended.discard(message.partition())
            if message.error() is not None:
                raise IngestError(
                    "RBE25", f"the broker cannot give what comes next: {message.error().str()}",
                    "the topic's retention may be too short; restore what is missing, then ingest it as a file",
                    f"{self.topic}/{message.partition()}",
                )  # fmt: skip
            batch.following[message.partition()] = message.offset() + 1
            if message.value() is not None:
                batch.lines.append(event_of(message.value(), message.headers() or []))
        return batch


def event_of(value: bytes, headers: list[tuple[str, bytes]]) -> bytes:
    """A message as one line of JSON; what is no event is passed on, and the ingest says why."""
    attributes = {name[3:]: _text(content) for name, content in headers if name.startswith("ce_")}
    line = value.replace(b"\r", b" ").replace(b"\n", b" ")
    if "specversion" not in attributes:
        return line if line.lstrip().startswith(b"{") else json.dumps({"value": _text(line)}).encode()
    kind = next((_text(content) for name, content in headers if name == "content-type"), "application/json")
    head = json.dumps(attributes, ensure_ascii=False).encode()[:-1]
    if "json" in kind:
        return head + b',"data":' + line + b"}"
    return head + b',"data_base64":"' + base64.b64encode(value) + b'"}'


def _text(content: bytes | str | None) -> str:
    return content.decode(errors="replace") if isinstance(content, bytes) else content or ""


class _Silent:
    """librdkafka's own log lines; what matters comes as an error."""

    def log(self, *_: object, **__: object) -> None:
        """Nothing is printed."""


_SILENT = _Silent()
