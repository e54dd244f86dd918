"""Templated paths are found by a walk along their segments."""

from __future__ import annotations

from typing import Any

import pytest

from crm_mocks.asgi.path_tree import PathTree, _Node


def tree(*paths: str) -> PathTree[str]:
    made: PathTree[str] = PathTree()
    for path in paths:
        made.add(path, path)
    return made


@pytest.mark.parametrize(
    ("path", "found", "values"),
    [
        ("/leads/7", "/leads/{id}", {"id": "7"}),
        ("/leads/7/notes/8", "/leads/{lead-id}/notes/{note.id}", {"lead-id": "7", "note.id": "8"}),
        ("/files/a.b.json", "/files/{name}.json", {"name": "a.b"}),
        ("/files/a", "/files/{name}", {"name": "a"}),
        ("/span/1-2", "/span/{from}-{to}", {"from": "1", "to": "2"}),
        ("/jobs/7:cancel", "/jobs/{id}:cancel", {"id": "7"}),
        ("/tree/a/b/c", "/tree/{path+}", {"path+": "a/b/c"}),
        ("/copies/1/of/a/b/at/2.x", "/copies/{id}/of/{path+}/at/{to}.x", {"id": "1", "path+": "a/b", "to": "2"}),
    ],
)
def test_a_path_is_found_with_its_parameters(path: str, found: str, values: dict[str, str]) -> None:
    paths = (
        "/leads/{id}",
        "/leads/{lead-id}/notes/{note.id}",
        "/files/{name}",
        "/files/{name}.json",
        "/span/{from}-{to}",
        "/jobs/{id}",
        "/jobs/{id}:cancel",
        "/tree/{path+}",
        "/copies/{id}/of/{path+}/at/{to}.x",
    )
    assert next(tree(*paths).find(path)) == (found, values)


@pytest.mark.parametrize("path", ["/copies/1/of/at/2.x", "/copies/1/of/a/at/2", "/copies/1/of/", "/copies"])
def test_a_path_without_what_surrounds_several_segments_is_not_found(path: str) -> None:
    assert [*tree("/copies/{id}/of/{path+}/at/{to}.x").find(path)] == []


@pytest.mark.parametrize("template", ["/x/{a}a{b}a{c}a{d}a{e}a{f}b", "/x/{a+}a{b+}a{c+}a{d+}a{e+}b"])
@pytest.mark.parametrize("unit", ["a", "a/"])
def test_parameters_side_by_side_take_no_backtracking(template: str, unit: str) -> None:
    assert [*tree(template).find("/x/" + unit * 10_000)] == []
    assert [*tree(template.removesuffix("b") + "a{z+}").find("/x/" + unit * 10_000)] != []


@pytest.mark.parametrize("path", ["/leads", "/leads/", "/leads/7/", "/leads/7/x", "/Leads/7"])
def test_other_paths_are_not_found(path: str) -> None:
    assert [*tree("/leads/{id}").find(path)] == []


def test_concrete_segments_come_first() -> None:
    paths = tree("/{a}/{b}", "/{a}/me", "/leads/{b}")
    assert [route for route, _ in paths.find("/leads/me")] == ["/leads/{b}", "/{a}/me", "/{a}/{b}"]


@pytest.mark.parametrize("count", [10, 1000])
def test_the_nodes_that_are_searched_do_not_increase_with_the_number_of_paths(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[int] = []
    find = _Node.find

    def counting(node: _Node[str], segments: list[str], index: int, values: tuple[str, ...]) -> Any:
        searched.append(index)
        return find(node, segments, index, values)

    monkeypatch.setattr(_Node, "find", counting)
    paths = tree(*(f"/v1/kind{number}/{{id}}/parts/{{part}}" for number in range(count)))
    assert len([*paths.find(f"/v1/kind{count - 1}/7/parts/7")]) == 1
    assert searched == [0, 1, 2, 3, 4, 5, 6]
