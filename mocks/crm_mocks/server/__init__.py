"""Serving over sockets: uvicorn's HTTP protocol, in this thread or in one of its own."""
