"""RB8: how a book is written, what the formatter refuses to do, and the JSON twin."""


class RB801:
    """A charge without a label (a warning).

    Example:
        plan p {
          bill monthly in arrears
          charge c {
            price flat USD 1
          }
        }

    Mended:
        plan p {
          bill monthly in arrears
          charge c "Fee" {
            price flat USD 1
          }
        }

    Fix: add the words that the invoice should say.
    """


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


class RB820:
    """A file that should hold the JSON twin of a book is not JSON.

    Also a field that stands twice in an object, where one of its values would be lost.

    Fix: write it with a JSON library; `ratebook json` shows what a twin looks like.
    """


class RB821:
    """JSON that is not the form of a book.

    An unknown or missing field, a value of another type, a kind of node that cannot stand in its place. The finding
    names the place as a JSON pointer. Decimals are texts, so that no program turns them into binary floats.

    Fix: follow the help of the message, or validate the file against `docs/book.schema.json`.
    """


class RB822:
    """A tree that no book can say.

    Every part has the right form, and the text it would make is not read as the same tree: a name that is a keyword in
    its place, a sign where no sign may stand, a length of time of nought days.

    Fix: the finding names the clause; change what the message says.
    """
