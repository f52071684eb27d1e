"""Terraform providers emulated from their schemas: real terraform drives them, nothing is behind.

`mirror.py` writes them into a file-system mirror for `emulator/mirror.py`; terraform starts
`__main__.py` from there. `servicer.py` answers plugin protocol 6 from `schema.py` (what the real
provider's schema says), `planning.py`, `computed.py` with the tables of `shapes/`, and
`objects.py` (what would exist on the server). What a schema does not say, they do not know:
docs/emulator.md lists it. Imports `errors` and `emulator.schemas` only.
"""
