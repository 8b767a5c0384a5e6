"""Which microversion a request speaks."""
import pytest

from nova_lite import exceptions
from nova_lite.api import microversions
from nova_lite.api.microversions import MAX, MIN, APIVersion, negotiate

NEW, OLD = "openstack-api-version", "x-openstack-nova-api-version"


def test_versions_compare_by_number():
    order = ["2.1", "2.9", "2.10", "2.99", "2.100", "3.0"]
    assert sorted(map(APIVersion, reversed(order))) == [APIVersion(text) for text in order]
    assert APIVersion("2.100") > "2.99" and APIVersion("2.9") < "2.10" and APIVersion("2.10") != "2.1"
    assert APIVersion("2.10") >= "2.10" and str(APIVersion("2.10")) == "2.10"
    assert len({APIVersion("2.3"), APIVersion("2.3"), APIVersion("2.30")}) == 2


@pytest.mark.parametrize("text", ["", "2", "2.", ".1", "2.1.1", "02.1", "2.01", "a.b", "2.1 ", "-2.1", "٢.١"])
def test_what_is_no_version(text):
    with pytest.raises(exceptions.Invalid, match="is of invalid format. Must be of format MajorNum.MinorNum.$"):
        APIVersion(text)


@pytest.mark.parametrize(("headers", "version"), [
    ({}, MIN), ({NEW: "compute 2.5"}, "2.5"), ({OLD: "2.5"}, "2.5"), ({NEW: "compute latest"}, MAX),
    ({OLD: "latest"}, MAX), ({NEW: "identity 3,compute 2.7"}, "2.7"), ({NEW: "volume 3.50"}, MIN),
    ({NEW: "compute 2.8", OLD: "2.2"}, "2.8"), ({NEW: f"compute {MIN}"}, MIN), ({NEW: f"compute {MAX}"}, MAX),
])
def test_negotiate(headers, version):
    assert negotiate(headers) == version


@pytest.mark.parametrize("asked", ["2.0", "1.9", "2.105", "2.1000", "3.1"])
def test_out_of_range_tells_what_there_is(asked):
    with pytest.raises(microversions.VersionNotSupported) as caught:
        negotiate({NEW: f"compute {asked}"})
    assert caught.value.code == 406 and caught.value.fields["req_ver"] == asked


def test_every_answer_tells_the_version_twice_and_varies_by_both_headers():
    assert microversions.response_headers(APIVersion("2.7")) == [
        ("OpenStack-API-Version", "compute 2.7"), ("X-OpenStack-Nova-API-Version", "2.7"),
        ("Vary", "OpenStack-API-Version"), ("Vary", "X-OpenStack-Nova-API-Version")]
