"""The rules; modules in this folder are discovered automatically."""
