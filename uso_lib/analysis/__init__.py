"""Indicators, comparisons and changes out of tidy tables; the middle of the line.

Does not draw, format or read files.
"""
