"""Tools for the maintainers of this repository, not shipped: generated pages and certification of the mocks."""
