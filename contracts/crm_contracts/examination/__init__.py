"""Examining traffic: exchanges between clients and providers, held to a contract from both sides."""
