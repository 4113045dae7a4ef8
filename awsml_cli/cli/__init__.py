"""The terminal: options, streams, rendering, the report of errors."""
