"""The live page: its files (`static/`), how they are served, and access to it on hosts other than loopback.

The page is hand-written HTML, CSS and JavaScript modules, without a build step. It knows the mocks only through the
control API.
"""
