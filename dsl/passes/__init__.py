"""The checks, one module a family. Each is `(scope) -> list of findings`, never raises, never stops at the first."""
