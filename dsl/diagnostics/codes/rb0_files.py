"""RB0: files, and what cannot be rated."""


class RB013:
    """Too large.

    A book has at most 8 million characters, 250_000 lines, 20_000 characters on a line and 60 nested blocks or
    parentheses.

    Example:
        meter more { where ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((( a

    Mended:
        meter more {
          events "x"
          where (a = 1)
          measure count as call
        }

    Fix: split the book, or check that the file is a price book.
    """


class RB021:
    """A used file cannot be read.

    Example:
        use "no/such/file.rate"

    Mended:
        unit km

    Fix: the path counts from the folder of the book; the file is UTF-8 text.
    """


class RB022:
    """A used file holds more than shared nouns.

    Units, calendars and dimensions may be shared; a price in a shared file would belong to no version of a book.

    Fix: leave the nouns there, and move what is sold into the book.
    """


class RB023:
    """Files that use one another.

    A file that uses itself, directly or through others, has no order in which its nouns could be read.

    Fix: move what both need into a file that uses neither.
    """


class RB024:
    """Too many used files.

    A book uses at most 100 files, those that its files use included.

    Fix: put shared nouns together in fewer files.
    """


class RB090:
    """Written correctly, and not able to be rated.

    The book passed every check and holds a form that the engine cannot turn into data.

    Example:
        plan rebated {
          bill monthly in arrears
          credit USD 5 per term
          charge fee "Fee" {
            price flat USD 10
          }
        }

    Mended:
        plan rebated {
          bill monthly in arrears
          credit USD 5 per month
          charge fee "Fee" {
            price flat USD 10
          }
        }

    Fix: follow the hint of the message.
    """
