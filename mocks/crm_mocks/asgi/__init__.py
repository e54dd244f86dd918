"""The host: an ASGI application that brings requests to the vendors, through connexion, and answers back."""
