"""Several worker processes that serve the sessions of one server; docs/architecture.md describes them."""
