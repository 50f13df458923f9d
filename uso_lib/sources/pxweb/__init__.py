"""Fetch tables from services that speak PxWeb: API v1 (`PxWeb`) and its successor (`PxWebV2`).

Does not send anything itself: a session does.
"""

from uso_lib.sources.pxweb.adapter import PxWeb
from uso_lib.sources.pxweb.v2 import PxWebV2

__all__ = ["PxWeb", "PxWebV2"]
