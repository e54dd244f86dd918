"""A proxy between clients and one real provider that judges both sides."""
