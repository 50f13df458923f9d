"""Open a member's situation: the object whose sections the notebook shows.

Does not compute, draw or word anything itself, and writes nothing; it knows which results a section is made
from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NoReturn

from uso_lib.analysis.proof import Shown, proof_of
from uso_lib.desk.completion import complete_in_notebook
from uso_lib.desk.figures import FigureKind, hidden_figures, own_figure
from uso_lib.desk.names import names_view, section_titles
from uso_lib.desk.peers import chosen_peers, is_report_run, saved_peers
from uso_lib.desk.unquoted import tell_unquoted
from uso_lib.errors import NoSuchPart, UnknownName
from uso_lib.foundation import foundation
from uso_lib.mistakes import suggestion, unknown_name
from uso_lib.parameters import load_member, load_network
from uso_lib.presentation.sections.cover import cover_section
from uso_lib.presentation.sections.peers import peers_section
from uso_lib.presentation.sections.proof import FIGURE_PROOF_MEDIA_TYPE, ProofView, declared_texts
from uso_lib.presentation.sections.reforms import reforms_section
from uso_lib.presentation.sections.rows import intro_section, row_section, theme_section
from uso_lib.presentation.sections.shared import share_sections
from uso_lib.presentation.sections.sources import sources_section
from uso_lib.presentation.sections.summary import summary_section
from uso_lib.presentation.sections.trial import on_trial, trial_section
from uso_lib.presentation.sections.view import EMPTY, SectionView
from uso_lib.presentation.sections.words import WordsView, words_view
from uso_lib.situation_results import SituationResults
from uso_lib.strict_yaml import did_you_mean
from uso_lib.workspace import Workspace, find_workspace

#: The indicator the population and the fee class on the cover are read from.
POPULATION = "population"


def open_situation(
    member: str,
    *,
    peers: Sequence[str] | None = None,
    themes: Sequence[str] | None = None,
    workspace: Workspace | None = None,
) -> Situation:
    """Open the situation of a member of the network.

    Parameters
    ----------
    member
        Slug, name or code: "tornio", "Tornio", "851".
    peers, themes
        Municipalities and theme ids instead of those in the member's file; None means: as in the file.
    workspace
        Where the parameters are; found from the current folder by default.

    Raises
    ------
    UsoError
        Something in the parameters, the bundled or the fetched figures is wrong; the message says what and
        where.

    Examples
    --------
    >>> situation = open_situation("tornio")  # doctest: +SKIP
    >>> situation.section("tyollisyys")  # doctest: +SKIP
    """
    place = workspace or find_workspace()
    held = foundation(place.data)
    parameters = load_member(
        place, member, peers=peers, themes=themes, regions=held.regions, catalog_ids=held.catalog.ids
    )
    network = load_network(place, regions=held.regions)
    situation = Situation(parameters, network, held.store, held.catalog, held.regions, workspace=place)
    offered = situation._names_by_method
    complete_in_notebook(offered)
    if not is_report_run():
        tell_unquoted({name for names in offered.values() for name in names})
    return situation


class Situation(SituationResults):
    """Show the sections of one member's situation analysis; ``situation.names()`` lists what can be named."""

    def __repr__(self) -> str:
        names = ", ".join(peer.name for peer in self.parameters.peers)
        title = f"{self.parameters.municipality.genitive} tilanneanalyysi"
        return f"{title} {self.network.season}. Verrokit: {names}."

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Return what Jupyter shows: with other peers than the report's, what they change."""
        del include, exclude
        if self._original is None or not self._trial:
            return {"text/plain": repr(self)}
        shown = [row for theme in self.parameters.themes for row in self._catalog.theme(theme).rows]
        names = dict.fromkeys(name for row in shown for name in row.headline)
        pairs = [(self._original.compare(name), self.compare(name)) for name in names]
        here, peers = self.parameters.municipality, self.parameters.peers
        return trial_section(here, peers, pairs)._repr_mimebundle_()

    def __dir__(self) -> list[str]:
        """List what a consultant uses, for tab completion."""
        return sorted({name for name in super().__dir__() if not name.startswith("_")})

    def __getattr__(self, name: str) -> NoReturn:
        """Say in words that there is no such part, with the nearest one."""
        message = f'A situation has no "{name}": {did_you_mean(name, dir(self))}'
        finnish = f"Tilanteessa ei ole osaa ”{name}”. {suggestion(name, dir(self))}"
        raise NoSuchPart(message, finnish=finnish)

    def cover(self) -> SectionView:
        """Show the cover: title, season, peers, date of data, key figures and how to read the report."""
        return cover_section(
            self.network,
            self.parameters,
            population=self.compare(POPULATION),
            highlights=[self.compare(one) for one in self.parameters.highlights],
            data_as_of=self._context.store.data_as_of,
        )

    def summary(self) -> SectionView:
        """Show the summary: key sentences, strengths and concerns, one table of all headline indicators."""
        return summary_section(self._results)

    def intro(self, theme: str) -> SectionView:
        """Show the opening paragraph of a theme; empty when the theme is not part of this report."""
        found = self._catalog.theme(theme)
        return intro_section(found) if found.id in self.parameters.themes else self._left_out(found.title)

    def section(self, name: str, *, hide: int | Sequence[int] = ()) -> SectionView:
        """Show one row ("tyollisyys") or a whole theme ("talous"); empty when not part of this report.

        Parameters
        ----------
        name
            One of ``situation.names()``; the Tab key completes it within the quotes.
        hide
            Figures of a row to leave out, counted from 1 as they are shown: ``hide=2`` or ``hide=[1, 3]``.

        Raises
        ------
        UnknownName
            There is no such row, theme or figure; the nearest names are given.
        """
        names = section_titles(self._catalog)
        if not isinstance(name, str) or name not in names:
            raise unknown_name(name, "section", names, titles={title: one for one, title in names.items()})
        hidden = hidden_figures(hide)
        if name in self._catalog.rows:
            theme = self._catalog.theme_of(name)
            if theme.id not in self.parameters.themes:
                return self._left_out(theme.title)
            return self._shown(row_section(self.row(name), hide=hidden))
        theme = self._catalog.theme(name)
        if hidden:
            rows = ", ".join(self.rows(name))
            finnish = f"Kuviot piilotetaan osio kerrallaan. Teeman ”{name}” osiot: {rows}."
            message = f'Figures are hidden row by row. Rows of "{name}": {rows}.'
            raise UnknownName(message, finnish=finnish)
        if name not in self.parameters.themes:
            return self._left_out(theme.title)
        parts = [(row.title, row_section(self.row(row.id))) for row in theme.rows]
        return self._shown(theme_section(theme, parts))

    def figure(self, indicator: str, kind: FigureKind | None = None) -> SectionView:
        """Show one indicator as a figure of its own: a "trend", "ranking", "map" or "table".

        Parameters
        ----------
        kind
            The kind the report uses unless given.

        Raises
        ------
        UnknownName
            There is no such indicator or kind; the nearest names are given.
        """
        given = (self._context, indicator, kind)
        view = own_figure(*given, slug=self.parameters.slug, record=self._record, compare=self.compare)
        # The report's own proof is made apart from the consultant's cells and knows only what its rows show.
        if not is_report_run() or not self._beside(indicator, kind):
            return view
        return replace(view, proof={FIGURE_PROOF_MEDIA_TYPE: (self._original or self).proof().data})

    def names(self) -> SectionView:
        """List what can be written into `section` and `figure`, with the Finnish titles."""
        return names_view(self._catalog, self.parameters.themes)

    def with_peers(self, peers: Sequence[str]) -> Situation:
        """Return the same situation with other peers, to see at once what they change; saves nothing.

        Parameters
        ----------
        peers
            Names, slugs or codes of municipalities: ``["Kemi", "Oulu"]``.

        Raises
        ------
        InputErrors
            Some are unknown, named twice or the municipality itself; every problem is listed.
        """
        regions, place = self._context.regions, self._workspace
        chosen = chosen_peers(place, self.parameters.slug, peers, regions=regions, catalog=self._catalog)
        parameters = replace(self.parameters, peers=chosen)
        parts = (self.network, self._context.store, self._catalog, regions)
        return Situation(parameters, *parts, workspace=place, original=self._original or self)

    def save_peers(self) -> SectionView:
        """Write the peers into the member's parameter file, every comment kept; say what was done.

        Raises
        ------
        InputErrors
            The file cannot be read or changed soundly; it is left as it is.
        """
        given = (self._workspace, self.parameters)
        return saved_peers(*given, regions=self._context.regions, catalog=self._catalog)

    def reforms(self) -> SectionView:
        """Show what the reforms change in reading the series."""
        rows = [result.row for result in self._results]
        reforms = tuple(self._catalog.reforms.values())
        return reforms_section(self.parameters.slug, self.parameters.municipality, reforms, rows)

    def peers_overview(self) -> SectionView:
        """Show who the peers are and how they resemble the municipality."""
        here = self.parameters.municipality
        return peers_section(self.parameters.slug, here, self.parameters.peers, self._likeness())

    def sources(self) -> SectionView:
        """Show the method, every table used, and what is missing with the command that would fill it."""
        return sources_section(self._results, data_as_of=self._context.store.data_as_of)

    def proof(self) -> ProofView:
        """Show how to verify the report, and carry what every number of it can be recomputed from."""
        told = [one for result in self._results for one in result.by_id.values()]
        told += [self.compare(one) for one in (POPULATION, *self.parameters.highlights)]
        told += [self.compare(one) for one in self._record.indicators]
        shown = Shown(
            comparisons=list({one.indicator.id: one for one in told}.values()),
            breakdowns=[one for result in self._results for one in result.breakdowns],
            flows=[one for result in self._results for one in result.flows],
            criteria=[one for result in self._results for one in result.criteria],
            maps=list(self._record.maps.values())
            + [one for result in self._results for one in result.maps.values()],
            totals={title: names for result in self._results for title, names in result.totals.items()},
        )
        told_of = self._likeness() is not None
        content = proof_of(self._context, shown, likeness=told_of, further=self._record.groups)
        named = (self.network.name, self.network.season)
        return ProofView(content, declared_texts(self._catalog, self._results, further=named))

    def words(self) -> WordsView:
        """Show which figures can be written in own text ("{population:change_5y}"), and carry them."""
        told = {one.indicator.id: one for result in self._results for one in result.by_id.values()}
        for name in (POPULATION, *self.parameters.highlights):
            told.setdefault(name, self.compare(name))
        visible = {name for row in self._catalog.rows.values() for name in row.indicators}
        here = self.parameters.municipality
        return words_view(
            here,
            list(told.values()),
            left_out=visible - set(told),
            other_places=[one.name for one in self._context.regions.all if one != here],
        )

    def _share(self) -> None:
        """Make what is remembered for all municipalities: their series, the country of their maps."""
        super()._share()
        share_sections()

    def _left_out(self, theme: str) -> SectionView:
        """Return an empty section, which at the desk says why; the report's cells show nothing at all."""
        if is_report_run():
            return EMPTY
        return SectionView("", f"Teema ”{theme}” on jätetty pois tästä raportista.")

    def _shown(self, view: SectionView) -> SectionView:
        """Return a section as it is, or marked when it is made with other peers than the report's."""
        return on_trial(view, self.parameters.peers) if self._trial else view
