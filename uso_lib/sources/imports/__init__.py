"""Import files: what no open interface gives, from Excel and CSV, checked cell by cell.

Does not fetch anything and does not put tables in the store.
"""

from uso_lib.sources.imports.importing import ImportResult, import_file
from uso_lib.sources.imports.mapping import Mapping, load_mapping
from uso_lib.sources.imports.template import write_template

__all__ = ["ImportResult", "Mapping", "import_file", "load_mapping", "write_template"]
