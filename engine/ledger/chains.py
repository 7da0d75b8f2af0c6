"""A batch event by event, with linked chains: all of a chain, or nothing of it."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from engine.ledger.create_account import create_account
from engine.ledger.create_transfer import create_transfer
from engine.ledger.memory import Memory
from engine.ledger.status import TRANSIENT, CreateAccountStatus, CreateTransferStatus
from engine.ledger.types import Account, CreateAccountResult, CreateTransferResult, Transfer

_CREATED = int(CreateTransferStatus.CREATED)
_CHAIN_FAILED = int(CreateTransferStatus.LINKED_EVENT_FAILED)
_CHAIN_OPEN = int(CreateTransferStatus.LINKED_EVENT_CHAIN_OPEN)
_LINKED = 1

Event = TypeVar("Event", Account, Transfer)
_Outcome = tuple[int, int]
"""(timestamp in nanoseconds, status); both kinds of event number these three statuses alike."""


def create_accounts(memory: Memory, accounts: Sequence[Account], first: int) -> list[CreateAccountResult]:
    """One result per account; event i has the timestamp `first` + i nanoseconds."""

    def create(account: Account, timestamp: int) -> _Outcome:
        result = create_account(memory, account, timestamp)
        return result.timestamp, int(result.status)

    outcomes = _run(memory, accounts, first, create)
    return [CreateAccountResult(at, CreateAccountStatus(status)) for at, status in outcomes]


def create_transfers(memory: Memory, transfers: Sequence[Transfer], first: int) -> list[CreateTransferResult]:
    """One result per transfer; event i has the timestamp `first` + i nanoseconds. Transient failures burn their id."""

    def create(transfer: Transfer, timestamp: int) -> _Outcome:
        result = create_transfer(memory, transfer, timestamp)
        if result.status in TRANSIENT:
            memory.burnt.add(transfer.id)
            memory.newly_burnt.append(transfer.id)
        return result.timestamp, int(result.status)

    outcomes = _run(memory, transfers, first, create)
    return [CreateTransferResult(at, CreateTransferStatus(status)) for at, status in outcomes]


def _run(
    memory: Memory, events: Sequence[Event], first: int, create: Callable[[Event, int], _Outcome]
) -> list[_Outcome]:
    outcomes: list[_Outcome] = []
    chain: int | None = None  # where the current chain began
    broken = False
    mark = memory.mark()
    for index, event in enumerate(events):
        linked = bool(int(event.flags) & _LINKED)
        if linked and chain is None:
            chain, broken, mark = index, False, memory.mark()
        if linked and index == len(events) - 1:
            outcome = (first + index, _CHAIN_OPEN)
        elif broken:
            outcome = (first + index, _CHAIN_FAILED)
        else:
            outcome = create(event, first + index)
        outcomes.append(outcome)
        if chain is None:
            continue
        if outcome[1] != _CREATED and not broken:
            broken = True
            memory.undo(mark)
            outcomes[chain:index] = [(first + earlier, _CHAIN_FAILED) for earlier in range(chain, index)]
        if not linked:
            chain, broken = None, False
    return outcomes
