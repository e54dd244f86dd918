"""Reports: one document model and one renderer per format.

Commands describe their result as a `document.Report`, without markup. `formats.render` renders it as terminal text,
HTML, JUnit XML, JSON or Markdown. The document of a command is built in the module `report` next to its model.
"""
