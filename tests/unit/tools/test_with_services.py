"""A command with the services that tests need: those that are given, or one clear line why there are none."""
import os
import sys

import pytest

from tools.stack import packages
from tools.testrun import with_services


def test_given_services_are_used_and_the_exit_code_is_the_commands(monkeypatch):
    monkeypatch.setenv(with_services.RABBIT, "rabbit://given")
    code = "import os, sys; sys.exit(7 * (os.environ['NOVA_LITE_TEST_RABBIT_URL'] == 'rabbit://given'))"
    assert with_services.main([sys.executable, "-c", code]) == 7


@pytest.mark.parametrize(("missing", "user", "what"), [
    (["rabbitmq-server"], 0, "Debian packages are missing (rabbitmq-server): run tools/run_tests.sh"),
    ([], 1000, "only root can start databases, libvirt and bridges: run tools/run_tests.sh")])
def test_without_what_they_need_it_is_one_line(monkeypatch, capsys, missing, user, what):
    monkeypatch.delenv(with_services.RABBIT, raising=False)
    monkeypatch.setattr(packages, "missing", lambda names: missing)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert with_services.main(["true"]) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(f"error: {what}")
