"""A proxy between a client and a real provider: it forwards to one place only, and examines both sides."""
