"""Reports: one document model, and one renderer for each format.

A command describes its result as a `document.Report`; it never writes markup. `formats.render` turns that document into
a terminal text, an HTML page, JUnit XML, JSON or Markdown. The module that makes a command's document stands beside its
model and is called `report`.
"""
