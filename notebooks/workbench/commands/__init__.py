"""One module a command: `arguments(parser)` and `work(options) -> (data, text)`."""
