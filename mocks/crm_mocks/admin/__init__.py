"""The control API under /__admin: tests configure the mocks with it and inspect what they received.

The gateway (ASGI, on the event loop) checks access, limits bodies and waits for requests; a Flask application responds.
Its views are `async def`, which asgiref runs on the same event loop, or plain functions, which the loop calls directly.
Sessions are therefore used on the event loop only.
"""
