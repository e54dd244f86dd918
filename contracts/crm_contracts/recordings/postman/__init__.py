"""Postman collections: their requests, with the responses that were saved."""
