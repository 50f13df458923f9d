"""Write numbers and sentences in Finnish from result objects. Does not draw and does not lay out pages."""
