"""Verification of a provider, real or mocked, by scenarios and schemathesis."""
