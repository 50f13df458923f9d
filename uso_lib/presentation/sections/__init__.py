"""Lay out the sections of a report with their tables and numbers. Does not compute figures or draw."""
