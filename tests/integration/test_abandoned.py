"""An interrupted test run leaves nothing for longer than until the next one."""
import pathlib
import subprocess
import sys
import tempfile

import libvirt
import pytest

from tests.integration import abandoned
from tools.stack import process

pytestmark = pytest.mark.integration
DOMAIN = """<domain type='qemu'><name>{name}</name><memory>131072</memory><os><type>hvm</type></os>
<devices><disk type='file'><source file='{directory}/disk'/><target dev='vda'/></disk></devices></domain>"""
RUN = """
import pathlib, sys, time
from tests.integration import abandoned
held = abandoned.claim(pathlib.Path(sys.argv[1]))
print("claimed", flush=True)
time.sleep(3600)
"""


def test_what_is_in_use_stays_and_what_is_left_goes():
    directory = pathlib.Path(tempfile.mkdtemp(prefix=abandoned.PREFIX))
    connection = libvirt.open("qemu:///system")
    name = f"nlt-{directory.name}"
    connection.defineXML(DOMAIN.format(name=name, directory=directory))
    service = subprocess.Popen(["sleep", "3600"], cwd=directory)
    try:
        run = subprocess.Popen([sys.executable, "-c", RUN, directory], stdout=subprocess.PIPE)
        assert run.stdout.readline() == b"claimed\n"
        abandoned.clear()
        assert directory.exists() and name in connection.listDefinedDomains() and service.poll() is None
        run.kill()
        run.wait()
        abandoned.clear()
        assert not directory.exists() and name not in connection.listDefinedDomains()
        assert not process.alive(service.pid)
    finally:
        service.kill()
        service.wait()
        connection.close()
