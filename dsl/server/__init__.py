"""The language server: answers about a text and a place in it, as pure functions, and the wiring that speaks LSP."""
