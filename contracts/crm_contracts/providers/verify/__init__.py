"""Holding a provider, such as a mock of ours, to a contract with schemathesis."""
