"""How a frozen dataclass becomes a JSON dict and comes back."""
import dataclasses
import datetime
import functools
import types
import typing


def _encode(value):
    if isinstance(value, Model):
        return value.to_dict()
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_encode(item) for item in value]
    return value


def _decoder(hint):
    """A function that turns a JSON value into a value of type ``hint``; None when it is one already."""
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        hint = next(arg for arg in typing.get_args(hint) if arg is not type(None))
    if typing.get_origin(hint) is tuple:
        inner = _decoder(typing.get_args(hint)[0])
        return (lambda v: tuple(map(inner, v))) if inner else tuple
    if isinstance(hint, type) and issubclass(hint, Model):
        return hint.from_dict
    if hint is datetime.datetime:
        return lambda v: v if isinstance(v, datetime.datetime) else datetime.datetime.fromisoformat(v)
    return None


@functools.cache
def _decoders(cls):
    hints = typing.get_type_hints(cls)
    return {field.name: _decoder(hints[field.name]) for field in dataclasses.fields(cls)}


@dataclasses.dataclass(frozen=True)
class Model:
    """Base of all models."""

    def to_dict(self) -> dict:
        return {f.name: _encode(getattr(self, f.name)) for f in dataclasses.fields(self)}

    @classmethod
    def from_dict(cls, values: dict):
        decoders, known = _decoders(cls), {}
        for key, value in values.items():
            if key in decoders:
                decode = decoders[key]
                known[key] = decode(value) if decode is not None and value is not None else value
        return cls(**known)

    def replace(self, **changes):
        """A copy with some fields changed."""
        return dataclasses.replace(self, **changes)
