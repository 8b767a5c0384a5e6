"""The operators of extra specs: ``>= 5``, ``s== text``, ``<in> part``, ``<all-in> a b``, ``<or> a <or> b``."""
import operator
from collections.abc import Callable


def _number(text: str) -> float:
    return float(text)


_TEXT: dict[str, Callable[[str, str], bool]] = {
    "s==": operator.eq, "s!=": operator.ne, "s<": operator.lt, "s<=": operator.le, "s>": operator.gt,
    "s>=": operator.ge}
_NUMBERS: dict[str, Callable[[float, float], bool]] = {
    # "=" is "at least", as it was before there was ">="
    "=": operator.ge, "==": operator.eq, "!=": operator.ne, ">=": operator.ge, "<=": operator.le}


def match(value, wanted: str) -> bool:
    """Whether what a host has (a text, a number, a list) satisfies what a flavor asks for."""
    words = wanted.split()
    name = words[0] if words else ""
    if name in _NUMBERS and len(words) > 1:
        try:
            return _NUMBERS[name](_number(str(value)), _number(words[1]))
        except ValueError:
            return False
    if name in _TEXT and len(words) > 1:
        return _TEXT[name](str(value), " ".join(words[1:]))
    if name == "<in>" and len(words) > 1:
        return " ".join(words[1:]) in value
    if name == "<all-in>":
        return all(word in value for word in words[1:])
    if name == "<or>":
        return str(value) in [part.strip() for part in wanted.split("<or>") if part.strip()]
    return str(value) == wanted
