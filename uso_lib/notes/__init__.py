"""Keep what consultants write in their notebooks: own cells, own versions, hidden cells.

Exports nothing; the reports' stage calls :mod:`uso_lib.notes.desk`. Does not execute or export anything.
"""
