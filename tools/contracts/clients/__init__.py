"""Generated clients: generated in all languages, and built and run in those whose toolchain is there."""
