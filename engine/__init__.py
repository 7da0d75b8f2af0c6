"""The Ratebook engine: exact metering, rating, invoicing, proof."""
