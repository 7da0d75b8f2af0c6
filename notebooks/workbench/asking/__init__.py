"""Questions about a price on the command line: what is asked, and answers as data and as sentences."""
