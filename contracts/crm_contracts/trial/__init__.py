"""Runs of a client program under the mocks: what it is told, what it does, and what the mocks see of it."""
