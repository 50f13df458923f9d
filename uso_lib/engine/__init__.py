"""Run kernels in processes forked from a warm one, for papermill.

``papermill_engine.py`` is what papermill calls, ``provisioner.py`` what jupyter_client calls; ``nursery.py``
forks; ``warm.py`` says what a warm process has ready.
"""
