"""Policies' answers are remembered as long as nothing that they depend on changes."""
import os

import pytest
from oslo_config import cfg
from oslo_policy import opts, policy

from nova_lite.api import decisions
from nova_lite.context import RequestContext

RULE = "compute:show"
DEMO = {"user_id": "u1", "project_id": "p1", "roles": ["member"]}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "policy.yaml"


@pytest.fixture
def made(path, monkeypatch):
    """Makes Decisions whose one rule is the given one; they look at the file each time."""
    monkeypatch.setattr(decisions, "LOOK", 0)

    def make(check):
        conf = cfg.ConfigOpts()
        opts._register(conf)
        conf([], default_config_files=[])
        conf.set_override("policy_file", str(path), group="oslo_policy")
        enforcer = policy.Enforcer(conf)
        enforcer.register_default(policy.RuleDefault(RULE, check))
        return decisions.Decisions(enforcer)
    return make


def caller(**changes):
    return RequestContext(overwrite=False, **(DEMO | changes))


def asked(found, target=None, **changes):
    return found.allowed(RULE, target or {"project_id": "p1"}, caller(**changes))


def test_each_caller_and_target_has_an_answer_of_its_own(made):
    found = made("role:member and project_id:%(project_id)s")
    for _ in range(2):
        assert asked(found)
        assert not asked(found, roles=["reader"])
        assert not asked(found, project_id="p2")
        assert not asked(found, target={"project_id": "p2"})


def test_what_was_answered_is_not_asked_again(made, monkeypatch):
    found = made("role:member")
    assert asked(found)
    monkeypatch.setattr(policy.Enforcer, "authorize", lambda *_args: pytest.fail("it was asked again"))
    assert asked(found)


def test_a_policy_file_that_changes_is_heeded(made, path):
    found = made("role:member")
    assert asked(found)
    for number, (check, answer) in enumerate((("role:admin", False), ("role:member", True))):
        path.write_text(f'"{RULE}": "{check}"\n')
        os.utime(path, (number + 1, number + 1))        # else it might have changed within the clock's grain
        assert asked(found) is answer


def test_what_another_service_answers_is_asked_each_time(made, monkeypatch):
    answers = iter((True, False))
    monkeypatch.setattr("oslo_policy._external.HttpCheck.__call__", lambda *_args, **_more: next(answers))
    found = made("role:member and http://127.0.0.1:1/%(project_id)s")
    assert [asked(found), asked(found)] == [True, False]
