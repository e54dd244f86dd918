"""Parts of an operation by media type, made when they are first used."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Generic, TypeVar

Value = TypeVar("Value")

MEDIA_RANGE: Final = "x-media-range"
"""Extension of a media type that stands for a range in a supplied contract, such as `image/*`."""


class MediaTypeMap(Mapping[str, Value], Generic[Value]):
    """Read-only mapping by media type. A media type of a documented range is found too, but not iterated over."""

    __slots__ = ("_make", "_nodes", "_ranges", "_values")

    def __init__(self, content: Mapping[str, Any], make: Callable[[str, Mapping[str, Any]], Value]) -> None:
        """Prepare.

        Args:
            content: media type objects by media type, as in the contract.
            make: makes the value of a media type, which is lower-case.
        """
        self._nodes = {name.lower(): node for name, node in content.items()}
        self._make = make
        self._values: dict[str, Value] = {}
        self._ranges = {node[MEDIA_RANGE]: name for name, node in self._nodes.items() if MEDIA_RANGE in node}

    def __getitem__(self, media_type: str) -> Value:
        value = self._values.get(media_type)
        if value is not None:
            return value
        name = media_type
        if name not in self._nodes:
            name = self._ranges.get(f"{media_type.partition('/')[0]}/*") or self._ranges.get("*/*") or ""
            if not media_type or not name:
                raise KeyError(media_type)
            return self[name]
        value = self._values[name] = self._make(name, self._nodes[name])
        return value

    def get(self, media_type: str, default: Any = None) -> Any:
        """Return the value of a media type, or the default."""
        value = self._values.get(media_type)
        if value is not None:
            return value
        try:
            return self[media_type]
        except KeyError:
            return default

    def __contains__(self, media_type: object) -> bool:
        return media_type in self._nodes or (isinstance(media_type, str) and self.get(media_type) is not None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)
