"""Notebooks an engine can get wrong: errors, every kind of output, input, exits, dying kernels, magics."""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbformat import v4

#: What differs from run to run with the same engine: processes, their files, times and places in memory.
PASSING = [
    (re.compile(r"ipykernel_\d+"), "ipykernel_N"),
    (re.compile(r"0x[0-9a-f]{6,}"), "0xN"),
    (re.compile(r"\d\d\d\d-\d\d-\d\dT[\d:.]+(\+00:00|Z)?"), "TIME"),
    (re.compile(re.escape(tempfile.gettempdir()) + r"/[\w.-]+"), "FILE"),
]
#: Name → the code cells of a notebook; "md:" begins a Markdown cell.
NOTEBOOKS: dict[str, list[str]] = {
    "plain": ["md:# Otsikko", "a = 1", "a + 1", "print('x'); a", "_ + 1", "Out[3], In[2]", "x = 5;", "7;"],
    "errors": [
        "print('before')",
        "1 / 0",
        "print('never')",
    ],
    "syntax": ["def f(:\n    pass", "1"],
    "own_error": [
        "class Odd(Exception):\n    def _render_traceback_(self):\n        return ['short']",
        "raise Odd('ä')",
    ],
    "rich": [
        "from IPython.display import display, HTML, Markdown, SVG, JSON, Latex, clear_output",
        "display(Markdown('**a**'), HTML('<b>b</b>'), JSON({'c': [1]}), Latex('$d$'))",
        "handle = display('first', display_id='same'); handle.update('second')",
        "print('gone'); clear_output(); print('stays')",
        "print('gone'); clear_output(wait=True); print('stays too')",
        "SVG('<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"/>')",
        "class Bundle:\n    def _repr_mimebundle_(self, **kw):\n"
        "        return {'text/plain': 'p', 'application/x+json': {'a': 1}}\nBundle()",
        "import pandas as pd; pd.DataFrame({'a': [1, 2], 'ä': ['x', None]})",
        "plain = get_ipython().display_formatter.formatters['text/plain']",
        "plain.for_type(int, lambda n, p, c: p.text(f'<{n}>')); 5",
        "class Broken:\n    def _repr_html_(self):\n        raise ValueError('no html')\nBroken()",
    ],
    "figures": [
        "import matplotlib.pyplot as plt; print(plt.get_backend())",
        "figure, axes = plt.subplots(figsize=(1, 1)); axes.plot([1, 2]); print('drawn')",
        "%config InlineBackend.figure_formats = ['svg']",
        "plt.rcParams['svg.hashsalt'] = 'x'; _ = plt.plot([1, 3])",
    ],
    "streams": [
        "import os, sys, subprocess, logging, warnings",
        "print('out'); print('err', file=sys.stderr); print('out again')",
        "os.write(1, b'raw\\n'); sys.stdout.flush()",
        "subprocess.run(['echo', 'child'])",
        "os.system('echo shell')",
        "logging.warning('logged')",
        "warnings.warn('warned', stacklevel=1)",
        "sys.stdout.write('no end')",
        "for n in range(3): print(n, end='\\r')",
        "!echo bang",
        "lines = !printf 'a\\nb'\nlines",
    ],
    "input": ["input('name? ')", "1"],
    "exit": ["import sys", "print('a')", "sys.exit(3)", "print('b')"],
    "quit": ["print('a')", "exit()"],
    "dies": ["print('a')", "import os, time; time.sleep(0.5); os._exit(7)", "print('b')"],
    "segfault": ["print('a')", "import ctypes, time; time.sleep(0.5); ctypes.string_at(0)", "print('b')"],
    "magics": [
        "%pwd", "%%bash\necho bash $((1+1))", "%%writefile note.txt\nhello", "%cat note.txt", "%who_ls",
        "%%capture got\nprint('caught')", "got.stdout", "%env USO_ODD=1", "import os; os.environ['USO_ODD']",
        "%xmode Minimal", "%load_ext autoreload", "%autoreload 2", "%%html\n<i>i</i>", "%precision 2",
        "3.14159", "%pinfo len", "len?", "%nosuchmagic", "print('never')",
    ],
    "process": [
        "import os, sys, threading, signal, random, atexit",
        "[one.name for one in threading.enumerate() if one.name.startswith('Main')]",
        "sys.argv[0].endswith('ipykernel_launcher.py'), sys.argv[1:2], sys.flags.interactive",
        "known = ('JPY', 'MPL', 'PYDEV', 'TERM', 'CLICOLOR', 'PAGER')",
        "sorted(name for name in os.environ if name.startswith(known))",
        "os.getsid(0) == os.getpid(), os.getcwd() == os.path.realpath(os.getcwd())",
        "signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)",
        "sys.stdin.isatty(), sys.stdin.read()",
        "[one for one in sys.path if 'bin' in one.split('/')[-1:]]",
        "__name__, sorted(name for name in globals() if not name.startswith('_'))",
        "import __main__; __main__.__dict__ is globals()",
        "import multiprocessing; multiprocessing.current_process().name, multiprocessing.parent_process()",
        "multiprocessing.get_start_method(allow_none=True)",
        "atexit.register(lambda: print('end')); None",
        "import asyncio; await asyncio.sleep(0); 'awaited'",
        "import gc; gc.isenabled(), gc.get_freeze_count() >= 0",
        "sys.breakpointhook.__module__, sys.breakpointhook.__name__", "breakpoint()",
        "import decimal; decimal.getcontext().prec, sys.getrecursionlimit(), sys.getswitchinterval()",
        "import pickle\nclass Kept: pass\ntype(pickle.loads(pickle.dumps(Kept()))).__module__",
    ],
    "interrupts": [
        "import _thread, time",
        "try:\n    _thread.interrupt_main(); time.sleep(5)\nexcept KeyboardInterrupt:\n    print('caught')",
        "1",
    ],
    "tagged": ["raises:1 / 0", "print('goes on')"],
}  # fmt: skip


def notebook(name: str) -> Any:
    """Return one of the notebooks, written for the standard Python kernel."""
    made: Any = v4.new_notebook()
    made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for number, source in enumerate(NOTEBOOKS[name]):
        kind, _, rest = source.partition(":")
        if kind == "md":
            cell = v4.new_markdown_cell(rest)
        elif kind == "raises":
            cell = v4.new_code_cell(rest, metadata={"tags": ["raises-exception"]})
        else:
            cell = v4.new_code_cell(source)
        cell["id"] = f"{name}-{number}"
        made.cells.append(cell)
    return made


def joined(outputs: list[dict[str, Any]] | None) -> list[dict[str, Any]] | None:
    """Return outputs with what a stream said in several messages as one: how many there are is chance."""
    found: list[dict[str, Any]] = []
    for one in outputs or []:
        last = found[-1] if found else {}
        if one["output_type"] == "stream" and last.get("name") == one["name"]:
            last["text"] = "".join(last["text"]) + "".join(one["text"])
        elif one["output_type"] == "stream":
            found.append({**one, "text": "".join(one["text"])})
        else:
            found.append(one)
    return None if outputs is None else found


def executed(name: str, engine: str, folder: Path) -> dict[str, Any]:
    """Execute a notebook and return what came of it, without what differs from run to run."""
    here = folder / name
    here.mkdir()
    source, target = here / "in.ipynb", here / "out.ipynb"
    nbformat.write(notebook(name), source)
    error = ""
    try:
        papermill.execute_notebook(
            str(source), str(target), engine_name=engine, progress_bar=False, cwd=str(here),
            execution_timeout=60, parameters={"given": 1} if name == "plain" else {},
        )  # fmt: skip
    except Exception as problem:  # whatever the one engine raises the other must raise too
        error = f"{type(problem).__name__}: {problem}"
    written = json.loads(target.read_text(encoding="utf-8"))
    cells = [
        {
            "source": cell["source"], "outputs": joined(cell.get("outputs")),
            "count": cell.get("execution_count"),
            "status": cell["metadata"].get("papermill", {}).get("status"),
            "timed": sorted(cell["metadata"].get("papermill", {})), "tags": cell["metadata"].get("tags"),
        }
        for cell in written["cells"]
    ]  # fmt: skip
    metadata = {key: value for key, value in written["metadata"].items() if key != "papermill"}
    recorded = written["metadata"].get("papermill", {})
    told = {"cells": cells, "error": error, "metadata": metadata, "recorded": sorted(recorded),
            "exception": recorded.get("exception")}  # fmt: skip
    text = json.dumps(told, ensure_ascii=False, sort_keys=True).replace(str(folder), "FOLDER")
    for pattern, sign in PASSING:
        text = pattern.sub(sign, text)
    found: dict[str, Any] = json.loads(text)
    return found


def main() -> None:
    """Execute notebooks with an engine: ``python engine_notebooks.py ENGINE FOLDER RESULT NAME...``."""
    engine, folder, result, *names = sys.argv[1:]
    if engine == "uso" and os.environ.get("USO_START_METHOD") != "spawn":
        from uso_lib.engine.warm import warm_up

        warm_up()
    found = {name: executed(name, engine, Path(folder)) for name in names}
    Path(result).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
