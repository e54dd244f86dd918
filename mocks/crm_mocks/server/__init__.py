"""Serving over sockets, in the main thread or in a background thread."""
