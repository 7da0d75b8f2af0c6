"""RB8: how a book is written, and what the formatter refuses to do."""


class RB802:
    """Not written as the formatter writes it (a warning).

    Only `ratebook check --style` looks for it. Indentation, blank lines, the order of the parts of a clause, the
    alignment of tables and the underscores in numbers change nothing that a book says; one way to write them keeps
    differences between versions to what was changed.

    Fix: run `ratebook fmt` on the file.
    """


class RB810:
    """The formatter cannot prove its result.

    Before it writes, it reads its own result again: the same declarations, every comment in its order, and nothing
    left to format. Where one of these does not hold, the text stays as it is.

    Fix: nothing is wrong with the book; it is a defect of the formatter, and the message says which property failed.
    """
