"""Values as they come out of the drivers, beside the drivers' own."""
import datetime
import json

import pytest
from pymysql import converters as own
from pymysql.constants import FIELD_TYPE

from nova_lite.db import converters

TIMES = ["2026-11-28 19:43:29.123456", "2026-11-28 19:43:29", "2026-01-02 00:00:00.000001", "0000-00-00 00:00:00"]


@pytest.mark.parametrize("text", TIMES)
def test_a_time_is_read_as_the_driver_reads_it(text):
    assert converters.of_pymysql()[FIELD_TYPE.DATETIME](text) == own.convert_datetime(text)


@pytest.mark.parametrize("value", [datetime.datetime(2026, 1, 2, 3, 4, 5), datetime.datetime(2026, 1, 2, 3, 4, 5, 6),
                                   datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)], ids=str)
def test_a_time_is_written_as_the_driver_writes_it(value):
    assert converters.of_pymysql()[datetime.datetime](value, {}) == own.escape_datetime(value)


@pytest.mark.parametrize("text", ["{}", "[]", "null", " {}", '{"a": [1, {}]}', '""', b"{}"], ids=repr)
def test_json_is_as_python_reads_it(text):
    assert converters.from_json(text) == json.loads(text)


def test_two_empty_values_are_two():
    first = converters.from_json("{}")
    first["mine"] = 1
    assert converters.from_json("{}") == {}
