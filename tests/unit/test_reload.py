"""The configuration is read again: mutable options change, others do not, a bad value changes nothing."""
import pytest
from oslo_config import cfg

from nova_lite import conf, exceptions
from nova_lite.conf import CONF


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "nova_lite.conf"
    path.write_text("[workflow]\nstep_lease = 7\n[api]\nworkers = 3\n")
    conf.load(["--config-file", str(path)])
    yield path
    CONF.reset()
    CONF.clear()
    conf.register_opts()


def test_what_may_change_does_and_the_rest_stays(file):
    file.write_text("[workflow]\nstep_lease = 9\n[api]\nworkers = 5\n[quota]\ncores = 3\n")
    conf.reload()
    assert (CONF.workflow.step_lease, CONF.quota.cores, CONF.api.workers) == (9, 3, 3)


def test_what_is_asked_for_while_the_files_are_read_has_its_new_value_then(file, monkeypatch):
    read, asked = cfg.ConfigParser.parse, []

    def parse(parser):
        asked.append(CONF.workflow.step_lease)                  # another thread, in the midst of it
        return read(parser)
    monkeypatch.setattr(cfg.ConfigParser, "parse", parse)
    file.write_text("[workflow]\nstep_lease = 9\n")
    conf.reload()
    assert set(asked) == {7} and CONF.workflow.step_lease == 9


@pytest.mark.parametrize("text", ["[workflow]\nstep_lease = many\n", "[workflow]\nstep_lease = -1\n", "nothing = [\n[",
                                  "[DEFAULT]\ndebug = perhaps\n[workflow]\nstep_lease = 9\n"])
def test_a_bad_file_changes_nothing(file, text):
    file.write_text(text)
    with pytest.raises(exceptions.NovaLiteError):
        conf.reload()
    assert CONF.workflow.step_lease == 7


def test_a_file_that_is_gone_changes_nothing(file):
    file.unlink()
    with pytest.raises(exceptions.NovaLiteError):
        conf.reload()
    assert CONF.workflow.step_lease == 7
