"""Complete the tags of a PDF that Chromium wrote, towards what PDF/UA-1 asks for.

Chromium gives headings, paragraphs, lists, tables with scopes, alternative texts, language and bookmarks.
What it leaves out is added here: bodies of list items, artifacts, descriptions of links, standard tags and
metadata. Does not change what is seen on the pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from uso_lib.reports.pdf_artifacts import mark_artifacts

#: Named in the metadata instead of browser, version and operating system.
PRODUCER = "USO workbench"
PDFUA = "http://www.aiim.org/pdfua/ns/id/"
#: Tags of PDF 2.0 that this version of PDF does not know → the standard one nearest to them.
STANDARD = {"/Strong": Name.Span, "/Em": Name.Span}
#: Elements whose text needs no further tag.
TEXT_HOLDERS = frozenset(
    ["/P", "/H1", "/H2", "/H3", "/H4", "/H5", "/H6", "/TD", "/TH", "/LI", "/Caption", "/Link", "/Figure"]
)
#: What a paragraph may hold.
WITHIN_TEXT = frozenset(["/NonStruct", "/Span", "/Strong", "/Em", "/Code", "/Link"])
#: What is kept of the document's properties: everything else tells of the run.
KEPT = ("/Title", "/Producer")

Content = tuple[tuple[int, int], int]


def complete(source: Path, target: Path, *, title: str, mark: str, links: Mapping[str, str]) -> None:
    """Write a copy of a printed page with complete tags and without traces of the run.

    Parameters
    ----------
    title
        What a viewer shows as the document's name.
    mark
        Whose report it is (canary.py); "" when the page does not say.
    links
        What stands in the links: address ("#anchor" within the document) → text.
    """
    with pikepdf.open(source) as pdf:
        tree = pdf.Root.StructTreeRoot
        dropped = mark_artifacts(pdf, repeated=_repeated_headers(tree))
        _name_paragraphs(tree)
        for element in list(elements(tree)):
            _drop(element, dropped)
            _use_standard_tags(element)
        for element in [one for one in elements(tree) if tag(one) == "/LI"]:
            _give_body(pdf, element)
        _forget(tree.ParentTree, pdf, dropped)
        _number_names(tree)
        _describe_links(pdf, links)
        _describe_document(pdf, title, mark)
        pdf.save(
            target,
            min_version="1.7",
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            recompress_flate=True,
            deterministic_id=True,
        )


def elements(tree: Object) -> Iterator[Object]:
    """Go through the elements below a structure element in reading order."""
    waiting = [kid for kid in reversed(children(tree)) if tag(kid)]
    while waiting:
        element = waiting.pop()
        yield element
        waiting += [kid for kid in reversed(children(element)) if tag(kid)]


def tag(kid: Object) -> str:
    """Return the tag of a structure element, "" for everything else."""
    return str(kid.S) if isinstance(kid, Dictionary) and Name.S in kid else ""


def children(element: Object) -> list[Object]:
    """Return what a structure element holds: elements, references, numbers of marked content."""
    held = element.get(Name.K)
    if held is None:
        return []
    return list(held) if isinstance(held, Array) else [held]


def _repeated_headers(tree: Object) -> frozenset[Content]:
    """Return the column headers that stand again on top of every further page or column of a table.

    Chromium writes a run of text in one piece; what comes after the first piece is a repetition.
    """
    found: set[Content] = set()
    for head in elements(tree):
        if tag(head) == "/TH" and _scope(head) == "/Column":
            found |= {again for part in elements(head) for again in _contents(part)[1:]}
    return frozenset(found)


def _scope(head: Object) -> str:
    held = head.get(Name.A)
    listed = list(held) if isinstance(held, Array) else [held]
    return next((str(one.Scope) for one in listed if isinstance(one, Dictionary) and Name.Scope in one), "")


def _contents(element: Object) -> list[Content]:
    """Return the marked content an element holds itself."""
    held = [_content(element, kid) for kid in children(element) if not tag(kid)]
    return [one for one in held if one is not None]


def _name_paragraphs(tree: Object) -> None:
    """Make a paragraph of every text that Chromium gives no tag, such as the terms of a list of facts."""
    inside: set[tuple[int, int]] = set()
    for element in list(elements(tree)):
        if tag(element) == "/NonStruct" and element.P.objgen not in inside and _holds_text(element):
            element.S = Name.P
        if tag(element) in TEXT_HOLDERS or element.P.objgen in inside:
            inside.add(element.objgen)


def _holds_text(element: Object) -> bool:
    """Tell whether an element holds runs of text and nothing larger."""
    runs = [children(kid) for kid in children(element) if tag(kid) == "/NonStruct"]
    larger = any(tag(one) not in WITHIN_TEXT for one in elements(element))
    return not larger and any(run and not any(map(tag, run)) for run in runs)


def _drop(element: Object, dropped: frozenset[Content]) -> None:
    """Take out the marked content that has become an artifact."""
    held = children(element)
    kept = [kid for kid in held if _content(element, kid) not in dropped]
    if len(kept) < len(held):
        element.K = Array(kept)


def _content(element: Object, kid: Object) -> Content | None:
    """Return page and number of marked content, None for elements and annotations."""
    if isinstance(kid, Dictionary):
        if Name.MCID not in kid:
            return None
        page = kid.Pg if Name.Pg in kid else element.Pg
        return page.objgen, int(kid.MCID)
    return element.Pg.objgen, int(kid)


def _use_standard_tags(element: Object) -> None:
    element.S = STANDARD.get(tag(element), element.S)
    # HTML's figure holds the picture, its caption and its source; the picture alone has an alternative text.
    if tag(element) == "/Figure" and any(map(tag, children(element))):
        element.S = Name.Div
        for kid in children(element):
            if tag(kid) == "/Caption":
                kid.S = Name.P


def _give_body(pdf: Pdf, item: Object) -> None:
    """Put what stands in a list item, all but its label, into a body; a label that was only drawn goes."""
    held = children(item)
    labels = [kid for kid in held if tag(kid) == "/Lbl" and children(kid)]
    rest = [kid for kid in held if tag(kid) != "/Lbl"]
    body = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.LBody, P=item, K=Array(rest)))
    if Name.Pg in item:
        body.Pg = item.Pg
    for kid in rest:
        if tag(kid):
            kid.P = body
        elif (content := _content(item, kid)) is not None:
            _parents_of_page(pdf, content[0])[content[1]] = body
    item.K = Array([*labels, body])


def _parents_of_page(pdf: Pdf, page: tuple[int, int]) -> Object:
    """Return the array that names the element of every piece of marked content of a page."""
    key = int(pdf.get_object(page).StructParents)
    return _parent_arrays(pdf.Root.StructTreeRoot.ParentTree)[key]


def _parent_arrays(tree: Object) -> dict[int, Object]:
    """Read the parent tree, which may be cut into branches."""
    found: dict[int, Object] = {}
    for branch in tree.get(Name.Kids, []):
        found |= _parent_arrays(branch)
    pairs = list(tree.get(Name.Nums, []))
    return found | {int(key): value for key, value in zip(pairs[::2], pairs[1::2], strict=True)}


def _forget(tree: Object, pdf: Pdf, dropped: frozenset[Content]) -> None:
    arrays = _parent_arrays(tree)
    for page, number in dropped:
        arrays[int(pdf.get_object(page).StructParents)][number] = None


def _number_names(tree: Object) -> None:
    """Name elements anew in their order: Chromium's numbers depend on what it has done before."""
    branches = list(_name_branches(tree.get(Name.IDTree)))
    known = sorted(str(name) for branch in branches for name in list(branch.get(Name.Names, []))[::2])
    names = {old: String(f"tag{number:08d}") for number, old in enumerate(known)}
    for held in _naming(tree, branches):
        for place, value in enumerate(list(held)):
            if isinstance(value, String) and str(value) in names:
                held[place] = names[str(value)]
    for element in elements(tree):
        if Name.ID in element:
            element.ID = names[str(element.ID)]


def _name_branches(tree: Object | None) -> Iterator[Object]:
    """Go through a tree of names."""
    if tree is not None:
        yield tree
        for branch in tree.get(Name.Kids, []):
            yield from _name_branches(branch)


def _naming(tree: Object, branches: Iterable[Object]) -> Iterator[Object]:
    """Go through the arrays that hold names of elements: the tree of names, and the headers of cells."""
    for branch in branches:
        yield from (branch[key] for key in (Name.Names, Name.Limits) if key in branch)
    for element in elements(tree):
        held = element.get(Name.A)
        for attributes in held if isinstance(held, Array) else []:
            if Name.Headers in attributes:
                yield attributes.Headers


def _describe_links(pdf: Pdf, links: Mapping[str, str]) -> None:
    """Say of every link where it leads, for readers who do not see what surrounds it."""
    for page in pdf.pages:
        for note in page.get(Name.Annots, []):
            if note.get(Name.Subtype) == Name.Link:
                address = _address(note)
                note.Contents = String(links.get(address) or address.removeprefix("#"))


def _address(link: Object) -> str:
    """Return the address of a link as the page wrote it."""
    action = link.get(Name.A)
    if action is not None and Name.URI in action:
        return str(action.URI)
    place = link.get(Name.Dest) if action is None else action.get(Name.D)
    return f"#{str(place).removeprefix('/')}" if isinstance(place, Name | String) else ""


def _describe_document(pdf: Pdf, title: str, mark: str) -> None:
    """Name title and language, claim PDF/UA-1, and take out times, browser and operating system."""
    pdf.Root.Lang = String("fi")
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    pdf.docinfo[Name.Title] = String(title)
    pdf.docinfo[Name.Producer] = String(PRODUCER)
    for key in [str(key) for key in pdf.docinfo]:
        if key not in KEPT:
            del pdf.docinfo[key]
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata.register_xml_namespace(PDFUA, "pdfuaid")
        metadata["dc:title"] = title
        if mark:
            metadata["dc:identifier"] = mark
        metadata["dc:language"] = {"fi"}
        metadata["pdf:Producer"] = PRODUCER
        metadata["pdfuaid:part"] = "1"
