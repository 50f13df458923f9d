"""Show the explorer's widgets and redraw the view when something is picked.

Does not compute or draw (the situation does), opens no situation (places.py), writes no notes (adding.py).
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets

from uso_lib.catalog import load_catalog
from uso_lib.desk.figures import KIND_TITLES
from uso_lib.errors import UnknownName, UsoError
from uso_lib.explore import choices
from uso_lib.explore.adding import added
from uso_lib.explore.choices import Pick
from uso_lib.explore.places import Places
from uso_lib.presentation.sections.notebook_look import dressed
from uso_lib.regions import load_regions
from uso_lib.situation import Situation
from uso_lib.workspace import find_workspace

WIDTH = ipywidgets.Layout(width="34rem", max_width="100%")
LABEL = {"description_width": "7rem"}
DRAWING = "Piirretään …"


class Explorer:
    """Hold the widgets of one explorer.

    Parameters
    ----------
    member
        Municipality shown first, of the network or not; the network's first by default.
    """

    def __init__(self, member: str | None = None) -> None:
        self._workspace, self._catalog, self._regions = find_workspace(), load_catalog(), load_regions()
        self._places = Places(self._workspace, self._catalog, self._regions)
        self._place = self._regions.find(member) if member else self._places.network.municipalities[0]
        self._quiet = False
        names = [one.name for one in self._regions.all]
        self.municipality = _search("Kunta", names, value=self._place.name)
        self.peers = ipywidgets.TagsInput(allow_duplicates=False, layout=WIDTH)
        self.more = _search("Lisää verrokki", names)
        self.own = _button("Palauta verrokit", "undo")
        self.save = _button("Tallenna verrokit", "save")
        self.theme = _dropdown("Teema", choices.themes(self._catalog))
        self.indicator = _dropdown("Tunnusluku", choices.indicators(self._catalog, self.theme.value))
        self.kind = ipywidgets.ToggleButtons(
            options=list(KIND_TITLES.items()), description="Kuvion laji", style=LABEL
        )
        self.add = _button("Lisää kunnan muistikirjaan", "plus", style="primary")
        self.view, self.told = ipywidgets.HTML(), ipywidgets.HTML()
        self._connect()
        self._take_own_peers()

    @property
    def pick(self) -> Pick:
        """Return what is picked now."""
        own = [one.name for one in self._situation().parameters.peers]
        other = choices.other_peers(self.peers.value, own)
        return Pick(self._place.slug, self.indicator.value, self.kind.value, other)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        """Return what Jupyter shows."""
        peers = ipywidgets.HBox([ipywidgets.Label("Verrokit", layout={"width": "7rem"}), self.peers])
        buttons = ipywidgets.HBox([self.own, self.save])
        rows = [self.municipality, peers, self.more, buttons, self.theme, self.indicator, self.kind]
        box = ipywidgets.VBox([*rows, ipywidgets.HBox([self.add]), self.told, self.view])
        box.add_class("uso-explorer")
        return box._repr_mimebundle_(include=include, exclude=exclude)

    def _connect(self) -> None:
        """Say what happens when something is picked or pressed."""
        self.municipality.observe(lambda change: self._take_place(change["new"]), "value")
        self.theme.observe(lambda _: self._take_theme(), "value")
        for one in (self.peers, self.indicator, self.kind):
            one.observe(lambda _: self.show(), "value")
        self.more.observe(lambda change: self._add_peer(change["new"]), "value")
        self.own.on_click(lambda _: self._take_own_peers())
        self.save.on_click(lambda _: self._carefully(self._save_peers))
        self.add.on_click(lambda _: self._carefully(self._add_cell))

    def _situation(self) -> Situation:
        return self._places.situation(self._place)

    def _shown(self) -> Situation:
        """Return the situation with the picked peers."""
        if not self.peers.value:
            message = "There are no peers. Add one, or take back those of the municipality."
            raise UsoError(message, finnish="Verrokkeja ei ole. Lisää verrokki tai palauta kunnan verrokit.")
        peers = self.pick.peers
        return self._places.with_peers(self._place, peers) if peers else self._situation()

    def show(self) -> None:
        """Draw the picked view."""
        if self._quiet:
            return
        self.told.value, self.view.value = DRAWING, ""
        self._carefully(self._draw)

    def _draw(self) -> str:
        pick, situation = self.pick, self._shown()
        self.view.value = dressed(situation.figure(pick.indicator, kind=pick.kind).html)
        told = [f"Solun koodi: <code>{escape(pick.source)}</code>"] if self._member else [self._guest]
        theme = self._catalog.theme_of(choices.row_of(self._catalog, pick.indicator).id)
        if theme.id not in situation.parameters.themes:
            told.append(
                f"Teema ”{theme.number} {escape(theme.title)}” on jätetty pois kunnan raportista. "
                "Lisättynä kuvio tulee raporttiin ilman teeman muuta sisältöä."
            )
        return "<br>".join(told)

    @property
    def _member(self) -> bool:
        return self._places.is_member(self._place)

    @property
    def _guest(self) -> str:
        """Return why a municipality outside the network can be looked at only."""
        name = escape(self._place.name)
        return (
            f"{name} ei ole verkoston jäsen: sillä ei ole muistikirjaa, johon kuvion voisi lisätä, eikä "
            "tiedostoa, johon verrokit voisi tallentaa. Sen verrokit ovat säännön ehdottamat."
        )

    def _take_place(self, text: str) -> None:
        """Take the municipality whose name, in any form, was written; else say so and keep this one."""
        if text == self._place.name:
            return
        try:
            found = self._regions.find(text) if text.strip() else self._place
        except UnknownName as problem:
            self.municipality.value = self._place.name
            self._tell(problem)
            return
        changed, self._place = found != self._place, found
        self.municipality.value = found.name
        if changed:
            self._take_own_peers()

    def _take_own_peers(self) -> None:
        def take() -> str:
            self.add.disabled = self.save.disabled = not self._member
            self.peers.value = [one.name for one in self._situation().parameters.peers]
            return ""

        self._silently(take)

    def _take_theme(self) -> None:
        def take() -> str:
            self.indicator.options = choices.indicators(self._catalog, self.theme.value)
            self.indicator.index = 0
            return ""

        self._silently(take)

    def _add_peer(self, text: str) -> None:
        """Take a municipality among the peers."""
        if not text.strip():
            return
        try:
            name = self._regions.find(text).name
        except UnknownName as problem:
            self._tell(problem)
            return
        if name not in self.peers.value:
            self.peers.value = [*self.peers.value, name]
        self.more.value = ""

    def _save_peers(self) -> str:
        if not self._member:
            return self._guest
        said = self._shown().save_peers()
        self._places.forget(self._place)
        self.show()
        return said.text

    def _add_cell(self) -> str:
        """Add the view to the member's notes."""
        if not self._member:
            return self._guest
        self._shown()  # a view that cannot be made is not added
        return added(self.pick, self._place.name, workspace=self._workspace, catalog=self._catalog)

    def _silently(self, change: Callable[[], str]) -> None:
        """Change several widgets and draw once."""
        self._quiet = True
        try:
            self._carefully(change)
        finally:
            self._quiet = False
        self.show()

    def _carefully(self, act: Callable[[], str]) -> None:
        """Do something and tell how it went: a mistake in words."""
        try:
            self.told.value = act()
        except UsoError as problem:
            self._tell(problem)

    def _tell(self, problem: UsoError) -> None:
        self.told.value = f"<strong>{escape(problem.in_notebook)}</strong>"


def _search(title: str, names: list[str], *, value: str = "") -> Any:
    """Return a field that finds a municipality while its name is typed."""
    return ipywidgets.Combobox(
        description=title, options=names, value=value, placeholder="kirjoita kunnan nimi", style=LABEL,
        layout=WIDTH, ensure_option=False, continuous_update=False,
    )  # fmt: skip


def _dropdown(title: str, options: list[tuple[str, str]]) -> Any:
    return ipywidgets.Dropdown(description=title, options=options, style=LABEL, layout=WIDTH)


def _button(title: str, icon: str, *, style: str = "") -> Any:
    return ipywidgets.Button(
        description=title, icon=icon, button_style=style, layout=ipywidgets.Layout(width="auto")
    )
