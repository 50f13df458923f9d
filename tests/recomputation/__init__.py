"""Recompute every number of a finished report from the raw published figures, without the product's code.

Nothing here imports the library under test. ``raw`` reads the published files and folds merged municipalities
into those of today; ``columns`` holds the arithmetic, ``chance`` that of intervals and trends; one module per
theme says in plain dictionaries what every indicator, breakdown and criterion is; ``expected``, ``details``,
``likeness`` and ``maps`` turn them into the lines a workbook must hold.
``finished`` reads the workbook and the CSV file, ``page`` the numbers of the HTML; ``cells``, ``scopes`` and
``explain`` say which lines may stand behind them.
"""
