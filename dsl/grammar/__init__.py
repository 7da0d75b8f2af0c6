"""The grammar of price books and the parser that is built from it."""
