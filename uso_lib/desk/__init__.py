"""What a consultant does with a situation besides reading it: other peers, figures of their own, names.

Does not show the report's own sections (situation.py) and knows no notebook's file (notes/).
"""
