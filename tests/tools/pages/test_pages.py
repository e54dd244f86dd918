"""The pages of docs/ that are made of contracts and code."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm_mocks.settings import setting_infos
from crm_mocks.vendor import load_vendor, vendor_names
from tools.pages import pages, stale
from tools.pages.__main__ import main
from tools.pages.markdown import table

DOCS = Path(__file__).parents[3] / "docs"


@pytest.fixture(scope="module")
def texts():
    return pages()


@pytest.fixture(scope="module", params=vendor_names())
def vendor(request):
    return load_vendor(request.param)


def test_the_pages_are_up_to_date():
    assert stale(DOCS) == [], "run `make docs`"


def test_each_vendor_has_a_page_of_its_own(texts, vendor):
    assert (DOCS / "vendors" / f"{vendor.name}.md").is_file()
    assert f"(vendors/{vendor.name}.md)" in texts["crms.md"]


def test_each_position_is_on_its_page(texts, vendor):
    for position in vendor.contract_file.document["x-positions"]:
        assert f"| `{position}` | " in texts["positions.md"]


def test_each_setting_is_on_its_page_with_its_help(texts, vendor):
    for name, known in setting_infos(vendor.settings_type).items():
        (line,) = [line for line in texts["settings.md"].splitlines() if f"`{vendor.name}.{name}`" in line]
        assert " ".join(known.help.split())[:40] in line


def test_each_outcome_in_force_is_on_its_page(texts, vendor):
    page = texts["outcomes.md"]
    for operation in vendor.contract_file.in_force(vendor.settings_type()).operations.values():
        section = page.partition(f"### {operation.id}: `{operation.method} {operation.path}`")[2].partition("\n#")[0]
        for outcome in operation.outcomes.values():
            assert f"`{outcome.name}`" in section
            if outcome.magic is not None:
                assert f"`{outcome.magic}`" in section


def test_check_names_the_pages_that_are_out_of_date(tmp_path, capsys, texts):
    main(["--write", "--docs", str(tmp_path)])
    (tmp_path / "positions.md").write_text("old", "utf-8")
    capsys.readouterr()
    assert main(["--check", "--docs", str(tmp_path)]) == 1
    assert capsys.readouterr().out == f"{tmp_path / 'positions.md'} is out of date: run `make docs` and commit it\n"


def test_what_is_written_is_up_to_date(tmp_path, capsys, texts):
    assert main(["--write", "--docs", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"wrote {', '.join(texts)}\n"
    assert main(["--check", "--docs", str(tmp_path)]) == 0
    assert {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()} == texts


def test_a_missing_folder_is_a_usage_error(tmp_path, capsys):
    assert main(["--check", "--docs", str(tmp_path / "missing")]) == 2
    assert "there is no folder" in capsys.readouterr().err


def test_cells_escape_columns_and_tags_but_not_code():
    assert table(["a"], [["x | <b>\n`<c>`"]]).splitlines()[-1] == r"| x \| &lt;b&gt; `<c>` |"
