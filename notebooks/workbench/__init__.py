"""The workbench: the `ratebook` command, notebook magics, and what they print."""
