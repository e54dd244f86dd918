"""Run a client program against every documented outcome and every fault of the operations that it calls."""
