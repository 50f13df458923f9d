"""Words a consultant binds to figures: `{population:change_5y}` in Markdown, claims in double brackets.

Does not compute or word any figure: what can be written comes as plain data from the notebook's last cell.
"""
