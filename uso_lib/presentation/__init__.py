"""Figures, tables and Finnish sentences out of result objects.

Does not compute figures and does not read files.
"""
