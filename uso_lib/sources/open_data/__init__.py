"""Read figures that come as delimited files: Kela's open data and SYKE's emissions."""
