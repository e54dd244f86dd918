"""The host: an ASGI application that passes requests through connexion to the vendors and sends their responses."""
