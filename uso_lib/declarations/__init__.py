"""Check what the theme files declare before anything uses it; catalog.py puts the parts together."""
