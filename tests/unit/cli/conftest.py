"""Runs the command in this process against a cloud of recorded answers."""
import io
import logging
import os
import warnings

import pytest

from nova_lite.cli import shell, waiting

from .fake_cloud import FakeCloud

SERVER_ID = "6d2d46a8-3a1b-4d51-8f3d-0f6f0c3c0a01"
FLAVOR = {"id": "1", "name": "m1.tiny", "ram": 256, "disk": 1, "vcpus": 1, "swap": "", "links": [],
          "OS-FLV-EXT-DATA:ephemeral": 0, "os-flavor-access:is_public": True}


def server(**changes):
    """A server's body of API 2.38, in the fields the command reads."""
    return {
        "id": SERVER_ID, "name": "web1", "status": "ACTIVE", "tenant_id": "p1", "user_id": "u1",
        "created": "2026-01-01T10:00:00Z", "updated": "2026-01-01T10:00:04Z", "hostId": "ab12",
        "flavor": {"id": "1", "links": []}, "image": {"id": "i1", "links": []}, "metadata": {"role": "front"},
        "addresses": {"private": [{"version": 4, "addr": "10.20.0.5", "OS-EXT-IPS:type": "fixed",
                                   "OS-EXT-IPS-MAC:mac_addr": "fa:16:3e:00:00:01"}]},
        "OS-EXT-STS:vm_state": "active", "OS-EXT-STS:task_state": None, "OS-EXT-STS:power_state": 1,
        "OS-EXT-AZ:availability_zone": "nova", "OS-EXT-SRV-ATTR:host": "node1", "key_name": "demo",
        "config_drive": "", "links": [], "tags": [], "description": None, "locked": False} | changes


@pytest.fixture
def cloud(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("OS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    fake = FakeCloud()
    (tmp_path / "clouds.yaml").write_text(f"""
clouds:
  demo:
    auth: {{auth_url: "{fake.url}/identity/v3", username: demo, password: secret, project_name: demo,
            user_domain_id: default, project_domain_id: default}}
    region_name: RegionOne
  other:
    auth: {{auth_url: "{fake.url}/identity/v3", username: other}}
""")
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(tmp_path / "clouds.yaml"))
    fake.compute("GET", "/flavors/m1.tiny", (404, {"itemNotFound": {"code": 404, "message": "Flavor not found"}}))
    fake.compute("GET", "/flavors/detail", {"flavors": [FLAVOR]})
    fake.image("GET", "/images/lite-guest", (404, None))
    fake.image("GET", "/images", {"images": [{"id": "i1", "name": "lite-guest", "status": "active", "size": 13107200,
                                              "disk_format": "qcow2", "visibility": "public"}]})
    fake.network("GET", "/networks/private", (404, None))
    fake.network("GET", "/networks", {"networks": [{"id": "n1", "name": "private", "subnets": ["s1"]}]})
    yield fake
    fake.close()


@pytest.fixture
def run(monkeypatch):
    """run(*words) -> (exit code, standard output, standard error)."""
    monkeypatch.setattr(waiting.time, "sleep", lambda seconds: None)
    root = logging.getLogger()
    before = (root.level, list(root.handlers), warnings.filters[:])

    def call(*words, cloud="demo"):
        out, err = io.StringIO(), io.StringIO()
        code = shell.Shell(stdout=out, stderr=err).run((["--os-cloud", cloud] if cloud else []) + list(words))
        for handler in [h for h in root.handlers if h not in before[1]]:
            root.removeHandler(handler)
        return code, out.getvalue(), err.getvalue()

    yield call
    root.setLevel(before[0])
    warnings.filters[:] = before[2]
