"""gophercloud, the library of Terraform's OpenStack provider (and of Packer, Prometheus …), unmodified from Debian."""
import os
import pathlib
import subprocess

import pytest

from tests.integration.deployment import Deployment

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]
SOURCE = pathlib.Path(__file__).parent / "gophercloud"
LIBRARIES = "/usr/share/gocode"                  # where Debian's -dev packages of Go are


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """The client, compiled."""
    built = tmp_path_factory.mktemp("go")
    subprocess.run(["go", "build", "-o", built / "client", "main.go"], cwd=SOURCE, check=True, stdin=subprocess.DEVNULL,
                   env={**os.environ, "GO111MODULE": "off", "GOPATH": LIBRARIES, "GOCACHE": str(built / "cache"),
                        "GOFLAGS": "-buildvcs=false"})
    return built / "client"


def test_the_life_of_a_server_as_terraform_makes_it(program):
    with Deployment() as deployment:
        login = deployment.furnish().credentials()
        done = subprocess.run([program], capture_output=True, text=True, timeout=240, stdin=subprocess.DEVNULL, env={
            "OS_AUTH_URL": login["auth_url"], "OS_USERNAME": login["username"], "OS_PASSWORD": login["password"],
            "OS_TENANT_NAME": login["project_name"], "OS_DOMAIN_ID": "default", "OS_REGION_NAME": "RegionOne"})
        assert done.returncode == 0, done.stdout + done.stderr + deployment.logs()
        assert "ok wait gone" in done.stdout
        assert deployment.audit() == ""
