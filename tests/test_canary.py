"""Every file of a report carries its member's mark; a mixture of two members is never published."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from report_fakes import REPORT_TEMPLATE, code, executed, job, section, shown

from uso_lib.errors import ReportError
from uso_lib.regions import load_regions
from uso_lib.reports import canary, pool, publish, report
from uso_lib.reports.batch import run
from uso_lib.reports.canary import Canary
from uso_lib.reports.harvest import FOREIGN, SECTION_MIME, harvest
from uso_lib.reports.job import Job
from uso_lib.reports.pdf import write_pdf

JUVA, TORNIO = Canary("juva", "178"), Canary("tornio", "851")
#: Code of a notebook that shows another member's section as its own.
MIXED = f"bundle['{SECTION_MIME}'].update(member='tornio', code='851')"
Edit = Callable[[Path], None]


def made(folder: Path, *wanted: Job) -> list[str]:
    """Make reports and return the errors."""
    done = run(wanted or [job(folder, "juva")], workers=2, show_progress=False)
    return [one.error for one in done.outcomes]


def replaced(old: str, new: str) -> Edit:
    def edit(file: Path) -> None:
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    return edit


def test_the_mark_of_a_member_is_its_name_and_code() -> None:
    assert canary.canary_of("juva", load_regions()) == JUVA
    assert str(JUVA) == "juva 178"


@pytest.mark.slow
def test_every_file_carries_its_own_mark_and_no_other(tmp_path: Path) -> None:
    assert made(tmp_path, job(tmp_path, "juva"), job(tmp_path, "tornio")) == ["", ""]
    for one in (JUVA, TORNIO):
        folder = tmp_path / "outputs" / one.member
        canary.check_files(folder, one)
        for name in (publish.REPORT, publish.CHANGES):
            page = (folder / name).read_text(encoding="utf-8")
            assert re.findall(r'<meta name="uso-report" content="([^"]*)">', page) == [str(one)]


@pytest.mark.slow
def test_a_kernel_that_shows_another_members_section_is_caught(tmp_path: Path) -> None:
    assert made(tmp_path) == [""]
    folder = tmp_path / "outputs" / "juva"
    before = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    (error,) = made(tmp_path, job(tmp_path, "juva", extra=MIXED))
    assert error.startswith("the section 'lainakanta' carries the mark of tornio 851, not of juva 178")
    assert error.endswith("uso report juva -j 1 --force")
    assert {name: (folder / name).read_bytes() for name in before} == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "edit"),
    [
        (publish.REPORT, replaced('content="juva 178"', 'content="tornio 851"')),
        (publish.REPORT, replaced("<body", '<meta name="uso-report" content="tornio 851">\n<body')),
        (publish.CHANGES, replaced('content="juva 178"', 'content="juva 851"')),
        (publish.NOTEBOOK, replaced('"code": "178"', '"code": "851"')),
        (publish.CSV, replaced(",178,", ",851,")),
        (publish.MANIFEST, replaced('"member": "juva"', '"member": "tornio"')),
    ],
    ids=[
        "page of another", "page of two", "changes of another", "notebook of another",
        "CSV of another", "manifest of another",
    ],
)  # fmt: skip
def test_a_file_that_is_another_members_is_refused(tmp_path: Path, name: str, edit: Edit) -> None:
    assert made(tmp_path) == [""]
    folder = tmp_path / "outputs" / "juva"
    edit(folder / name)
    with pytest.raises(ReportError, match=f"{name} carries the mark of .* two reports were mixed up"):
        canary.check_files(folder, JUVA)


@pytest.mark.slow
def test_a_file_that_says_nobodys_name_is_refused_with_the_way_out(tmp_path: Path) -> None:
    """As with a template of somebody's own, whose head lacks the mark."""
    look = Path(shutil.copytree(REPORT_TEMPLATE, tmp_path / "look"))
    replaced('name="uso-report"', 'name="other"')(look / "page.html.j2")
    (error,) = made(tmp_path, replace(job(tmp_path, "juva"), report_template=look))
    assert error.startswith("situation.html does not say whose report it is")
    assert error.endswith("restore the template with git, then: uso report juva")


@pytest.mark.slow
def test_a_workbook_of_another_member_is_refused(tmp_path: Path) -> None:
    made(tmp_path, job(tmp_path, "juva"), job(tmp_path, "tornio"))
    outputs = tmp_path / "outputs"
    (outputs / "tornio" / publish.WORKBOOK).replace(outputs / "juva" / publish.WORKBOOK)
    with pytest.raises(ReportError, match="carries the mark of tornio 851, not of juva 178"):
        canary.check_files(outputs / "juva", JUVA)


@pytest.mark.slow
@pytest.mark.browser
def test_a_printed_report_carries_the_mark_of_its_page(tmp_path: Path, chromium: str) -> None:
    wanted = replace(job(tmp_path, "juva"), formats=("html", "pdf"))
    assert made(tmp_path, wanted) == [""]
    folder = tmp_path / "outputs" / "juva"
    canary.check_files(folder, JUVA)
    replaced('content="juva 178"', 'content="tornio 851"')(folder / publish.REPORT)
    write_pdf(folder / publish.REPORT, folder / publish.PDF)
    with pytest.raises(ReportError, match=r"situation\.pdf carries the mark of tornio 851"):
        canary.check_files(folder, JUVA)


def test_a_section_that_says_it_is_anothers_is_no_mixture() -> None:
    foreign = code(shown(section(FOREIGN, member="kemi", code="240"), html="x"))
    canary.check_sections(harvest(executed(foreign)), TORNIO)
    mixed = code(shown(section(member="kemi", code="240"), html="x"))
    with pytest.raises(ReportError, match="kemi 240"):
        canary.check_sections(harvest(executed(mixed)), TORNIO)


@pytest.mark.slow
def test_files_are_checked_before_any_takes_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert made(tmp_path) == [""]
    before = (tmp_path / "outputs" / "juva" / publish.REPORT).read_bytes()
    # Only a process that is forked knows of a patch: a thread that another file's tests left is no hindrance.
    monkeypatch.setattr(pool, "has_threads", lambda: False)
    monkeypatch.setattr(report, "mark_notebook", lambda notebook, _: canary.mark_notebook(notebook, TORNIO))
    (error,) = made(tmp_path, job(tmp_path, "juva", row_html="<p>Uusi.</p>"))
    assert error.startswith("situation.ipynb carries the mark of tornio 851, not of juva 178")
    assert (tmp_path / "outputs" / "juva" / publish.REPORT).read_bytes() == before
