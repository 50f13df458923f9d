"""Measure what reports cost, on the real template, side by side in one run: ``uso bench``.

measuring.py times commands and watches their memory, workshop.py makes workspaces to measure in, ways.py
holds the ways of making a report, stages.py divides one report, table.py writes the result down. Nothing here
is used when reports are made.
"""
