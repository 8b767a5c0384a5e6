"""How values come out of the drivers, where the drivers' own way takes long: a page of servers has thousands."""
import datetime
import json

_EMPTY = {"{}": dict, "[]": list}


def from_json(text):
    """Of a JSON column.  Most of them are empty, and Python's parser takes as long for that as for 100 characters."""
    make = _EMPTY.get(text)
    return make() if make is not None else json.loads(text)


def of_pymysql() -> dict:
    """For PyMySQL's ``conv``: times without its regular expression (0.1 us instead of 1.7) and ``str.format`` (0.3
    instead of 1.6)."""
    from pymysql import converters
    from pymysql.constants import FIELD_TYPE

    def read(text):
        try:
            return datetime.datetime.fromisoformat(text)
        except ValueError:                              # zeros, which a server takes for a time
            return converters.convert_datetime(text)

    def write(value, _mapping=None):
        return f"'{value.replace(tzinfo=None).isoformat(' ')}'"
    return {**converters.conversions, FIELD_TYPE.DATETIME: read, FIELD_TYPE.TIMESTAMP: read, datetime.datetime: write}
