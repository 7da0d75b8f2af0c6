"""What the ledger refuses as a whole; what it refuses for one event is that event's status."""

TOO_MUCH_DATA = "RBL01"
OUT_OF_RANGE = "RBL02"
NOT_SUPPORTED = "RBL03"
ALTERED_POSTING = "RBL04"
REFUSED_POSTING = "RBL05"
NO_LEDGER = "RBL06"
UNBALANCED = "RBL07"


class LedgerError(Exception):
    """The ledger could not take the request; nothing of it was applied."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(f"{code}: {message}" + (f" ({hint})" if hint else ""))
        self.code = code
        self.message = message
        self.hint = hint
