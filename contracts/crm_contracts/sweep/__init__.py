"""A client program, unchanged, against every documented answer and every fault of the operations that it calls."""
