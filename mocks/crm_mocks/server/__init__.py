"""Serving over sockets with uvicorn's HTTP protocol, in the main thread or in a background thread."""
