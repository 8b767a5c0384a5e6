"""Every options module has its group and its options, every option its help and a default that is no machine's."""
import importlib
import os
import pkgutil
import socket

import pytest

from nova_lite import conf

MODULES = [f"nova_lite.conf.{found.name}" for found in pkgutil.iter_modules(conf.__path__)]
OPTIONS = [(section.GROUP, opt) for section in conf.SECTIONS for opt in section.OPTS]


@pytest.mark.parametrize("name", MODULES)
def test_a_module_has_group_and_opts_and_is_registered(name):
    module = importlib.import_module(name)
    assert isinstance(module.GROUP, str) and module.GROUP
    assert module.OPTS
    assert module in conf.SECTIONS
    assert module.__doc__


def test_no_option_stands_twice():
    names = [(group, opt.dest) for group, opt in OPTIONS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("group", "opt"), OPTIONS, ids=lambda value: getattr(value, "name", value))
def test_an_option_has_help_and_a_default_that_fits(group, opt):
    assert opt.help and opt.help.strip().endswith((".", ")"))
    if opt.default is not None:
        assert opt.type(opt.default) is not None
        for secret in (socket.gethostname(), os.path.expanduser("~"), os.getcwd()):
            assert secret not in str(opt.default)


def test_list_opts_has_everything():
    assert [(group, [opt.dest for opt in opts]) for group, opts in conf.list_opts()] == [
        (section.GROUP, [opt.dest for opt in section.OPTS]) for section in conf.SECTIONS]
