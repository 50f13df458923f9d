"""Draw figures and write their alt texts from result objects. Does not compute figures or write sentences."""
