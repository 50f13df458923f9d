"""Recompute every number of a finished report from the raw published figures, without the product's code.

Nothing here imports the library under test. ``raw`` reads the published files and folds merged municipalities
into those of today; ``columns`` holds the arithmetic; one module per theme says in plain dictionaries what
every indicator, breakdown and criterion is; ``expected`` and ``details`` turn them into the lines a workbook
must hold, ``likeness`` those on the peers. ``finished`` reads the workbook and the CSV file, ``page`` the
numbers of the HTML; ``cells``, ``scopes`` and ``explain`` say which lines may stand behind them.
"""
