"""The docs site: pages of docs/, files of the repository that they link to, and the API reference from docstrings."""
