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


@functools.cache
def _names(cls) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(cls))


@functools.cache
def _defaults(cls) -> tuple[dict, dict]:
    """Values, and functions that make one, of the fields that need not be given; in the fields' order."""
    fields = dataclasses.fields(cls)
    return ({field.name: field.default for field in fields},
            {field.name: field.default_factory for field in fields
             if field.default_factory is not dataclasses.MISSING})


def _made(cls, known: dict):
    """As ``cls(**known)``, which sets one field after the other: of a server that takes longer than all the rest of
    reading its row."""
    if hasattr(cls, "__post_init__"):
        return cls(**known)
    defaults, factories = _defaults(cls)
    values = defaults | known
    for name, make in factories.items():
        if name not in known:
            values[name] = make()
    if len(known) < len(values) and dataclasses.MISSING in values.values():
        return cls(**known)             # it says what is missing
    made = object.__new__(cls)
    made.__dict__.update(values)
    return made


_PLAIN = frozenset((str, int, float, bool, type(None), dict))


@dataclasses.dataclass(frozen=True)
class Model:
    """Base of all models."""

    def to_dict(self) -> dict:
        return {name: value if type(value) in _PLAIN else _encode(value)
                for name, value in ((name, getattr(self, name)) for name in _names(type(self)))}

    @classmethod
    def from_dict(cls, values: dict):
        """Keys that are no fields are left out.  Raises TypeError when a field is missing."""
        decoders, known = _decoders(cls), {}
        for key, value in values.items():
            if key in decoders:
                decode = decoders[key]
                known[key] = decode(value) if decode is not None and value is not None else value
        return _made(cls, known)

    def replace(self, **changes):
        """A copy with some fields changed."""
        if unknown := changes.keys() - _decoders(type(self)).keys():
            raise TypeError(f"{type(self).__name__} has no {', '.join(sorted(unknown))}")
        copy = object.__new__(type(self))
        copy.__dict__.update(self.__dict__, **changes)
        if len(copy.__dict__) > len(fields := _decoders(type(self))):       # cached properties are of the old values
            for name in copy.__dict__.keys() - fields.keys():
                del copy.__dict__[name]
        return copy
