"""The price book language: text in, checked syntax tree and diagnostics out."""
