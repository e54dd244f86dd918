"""Bodies in XML, made from values by the `xml` objects of their schemas (OpenAPI 3.0.3, XML Object)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from xml.etree import ElementTree as ET

from crm_mocks.generic.merged_schema import merged, properties

_ROOT: Final = "root"
_ENTRY: Final = "entry"
_NOT_OF_NAMES: Final = re.compile(r"[^\w.-]")
_NOT_OF_TEXT: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(document: Mapping[str, Any], schema: Any, value: Any) -> str:
    """Return a value as an XML document.

    Example:
        >>> xml_text({}, {"xml": {"name": "lead"}}, {"name": "Ada"}).splitlines()[1]
        '<lead><name>Ada</name></lead>'

    Args:
        document: the contract.
        schema: schema object or reference of the value.
        value: JSON value.
    """
    reference = schema.get("$ref", "") if isinstance(schema, Mapping) else ""
    writer = _Writer(document)
    name = reference.rpartition("/")[2] or _ROOT
    if isinstance(value, list):  # a document has one root, so that an array there is always wrapped
        root = writer.element(name, schema)
        writer.add_entries(root, _ENTRY, schema, value)
    else:
        root = writer.element(name, schema)
        writer.fill(root, schema, value)
    return "<?xml version='1.0' encoding='utf-8'?>\n" + ET.tostring(root, encoding="unicode")


class _Writer:
    """Makes the elements of one document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def _xml(self, schema: Any) -> Mapping[str, Any]:
        xml = merged(self._document, schema).get("xml")
        return xml if isinstance(xml, Mapping) else {}

    def element(self, name: str, schema: Any, parent: ET.Element | None = None) -> ET.Element:
        """Return a new element.

        Args:
            name: used if the schema gives none.
            schema: of its value.
            parent: the enclosing element; `None` for the root.
        """
        xml = self._xml(schema)
        tag, declared = _qualified(str(xml.get("name") or name), xml)
        return ET.Element(tag, declared) if parent is None else ET.SubElement(parent, tag, declared)

    def fill(self, element: ET.Element, schema: Any, value: Any) -> None:
        """Write a value, no array, into an element."""
        if not isinstance(value, Mapping):
            element.text = _text(value)
            return
        members = properties(self._document, schema)
        additional = merged(self._document, schema).get("additionalProperties")
        for name, inner in value.items():
            described = members.get(name, additional if isinstance(additional, Mapping) else {})
            self._add_member(element, name, described, inner)

    def _add_member(self, parent: ET.Element, name: str, schema: Any, value: Any) -> None:
        xml = self._xml(schema)
        if value is None:
            return
        if isinstance(value, list):
            is_wrapped = xml.get("wrapped") is True
            holder = self.element(name, schema, parent) if is_wrapped else parent
            self.add_entries(holder, str(xml.get("name") or name) if is_wrapped else name, schema, value)
        elif xml.get("attribute") is True and not isinstance(value, Mapping):
            tag, declared = _qualified(str(xml.get("name") or name), xml)
            parent.attrib.update({**declared, tag: _text(value)})
        else:
            self.fill(self.element(name, schema, parent), schema, value)

    def add_entries(self, parent: ET.Element, name: str, schema: Any, values: list[Any]) -> None:
        """Add the entries of an array to an element.

        Args:
            parent: the element.
            name: of the entries, if their schema gives none.
            schema: of the array.
            values: the entries.
        """
        items = merged(self._document, schema).get("items") or {}
        for value in values:
            element = self.element(name, items, parent)
            if isinstance(value, list):
                self.add_entries(element, name, items, value)
            else:
                self.fill(element, items, value)


def _qualified(name: str, xml: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """Return the name of an element or attribute with its prefix, and the declaration of its namespace."""
    plain = _NOT_OF_NAMES.sub("_", name) or "_"
    plain = plain if plain[0].isalpha() or plain[0] == "_" else f"_{plain}"
    prefix, namespace = xml.get("prefix"), xml.get("namespace")
    if not isinstance(namespace, str) or not namespace:
        return plain, {}  # a prefix without namespace would not be well-formed
    if not isinstance(prefix, str) or not prefix:
        return plain, {} if xml.get("attribute") is True else {"xmlns": namespace}
    return f"{prefix}:{plain}", {f"xmlns:{prefix}": namespace}


def _text(value: Any) -> str:
    if value is None:
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return _NOT_OF_TEXT.sub("\N{REPLACEMENT CHARACTER}", text)
