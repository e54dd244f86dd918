"""The control API under /__admin: how tests steer the mocks and see what they got.

The gate (ASGI, on the event loop) keeps strangers out, bounds bodies and waits; a Flask application answers. Its views
are `async def`, which asgiref carries out on the same event loop, or plain functions, which the loop calls itself, so
that nothing but the loop touches a session.
"""
