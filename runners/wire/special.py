"""The special methods that both sides may ask for by name; no other name that begins with `_` is ever looked up."""

_NAMES = """
neg pos abs invert int float complex index bool len iter next reversed enter exit aenter aexit aiter anext await
trunc floor ceil round bytes fspath length_hint hash str repr format dir eq ne lt le gt ge contains getitem setitem
delitem call missing add radd iadd sub rsub isub mul rmul imul matmul rmatmul imatmul truediv rtruediv itruediv
floordiv rfloordiv ifloordiv mod rmod imod divmod rdivmod pow rpow ipow lshift rlshift ilshift rshift rrshift
irshift and rand iand xor rxor ixor or ror ior get set delete set_name
"""

DUNDERS = frozenset(f"__{name}__" for name in _NAMES.split())
