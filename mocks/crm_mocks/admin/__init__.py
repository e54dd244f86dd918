"""The control API under /__admin: tests configure the mocks with it and inspect what they received.

The gateway (ASGI, on the event loop) checks access, limits bodies and waits for requests. It serves the direct routes
itself; a Flask application serves the others, by views that are `async def`, which asgiref runs on the same event loop.
Sessions are therefore used on the event loop only.
"""
