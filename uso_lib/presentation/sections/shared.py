"""Make once what the sections of all municipalities share, before processes are forked for them.

Shows nothing: sections that find nothing made beforehand make it themselves.
"""

from __future__ import annotations

from uso_lib.boundaries import load_boundaries
from uso_lib.presentation.charts.locator import write_land
from uso_lib.presentation.charts.map import write_country
from uso_lib.presentation.charts.text_layout import text_width
from uso_lib.presentation.sections.peers import municipalities_by_region
from uso_lib.presentation.sections.templating import load_all
from uso_lib.regions import load_regions

#: Every pair that figures are written with.
FIGURES = tuple(first + second for first in "0123456789−+, " for second in "0123456789,  %€")


def share_sections() -> None:
    """Write the maps' country and regions, read the templates, measure the letters of names and figures."""
    boundaries = load_boundaries()
    write_country(boundaries)
    write_land(municipalities_by_region(), boundaries)
    load_all()
    for written in (*(one.name for one in load_regions().all), *FIGURES):
        for bold in (False, True):
            text_width(written, bold=bold)
