"""A group of strings in the order in which they were added."""

from __future__ import annotations

from collections.abc import Iterator


class MemberGroup:
    """A set of strings that knows their order.

    Members are keys of a plain dictionary, which the garbage collector does not traverse, however many there are; an
    `OrderedDict` of 100,000 strings takes more than a millisecond of each full collection.

    Example:
        >>> group = MemberGroup("a")
        >>> group.add("b")
        2
        >>> list(group)
        ['a', 'b']
    """

    __slots__ = ("_members",)

    def __init__(self, member: str) -> None:
        """Create a group of one member."""
        self._members: dict[str, None] = {member: None}

    def __len__(self) -> int:
        return len(self._members)

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __contains__(self, member: object) -> bool:
        return member in self._members

    def add(self, member: str) -> int:
        """Append a member unless it is there already; return the number of members."""
        self._members.setdefault(member, None)
        return len(self._members)

    def discard(self, member: str) -> None:
        """Remove a member if it is there."""
        self._members.pop(member, None)


def discard_member(groups: dict[str, str | MemberGroup], key: str, member: str) -> None:
    """Remove a member from a group; an empty group is removed.

    Args:
        groups: groups by key; a group of one member is the member itself.
        key: key of the group.
        member: the member.
    """
    group = groups.get(key)
    if isinstance(group, MemberGroup):
        group.discard(member)
        if not group:
            del groups[key]
    elif group == member:
        del groups[key]
