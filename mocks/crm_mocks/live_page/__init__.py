"""The live page: its files (`static/`), and how they are served.

The page is hand-written HTML, CSS and JavaScript modules, without a build step. It knows the mocks only through the
control API, which also decides who may open it (`admin/page_access.py`).
"""
