"""Policies: one module a noun, each with ``rules`` (oslo.policy defaults); checked by route.

Roles follow today's Nova: admin > manager > member > reader, in the project that owns the thing.
Another project's thing is never reached here: looking it up is a 404.
"""
import importlib
import pkgutil
import threading

from oslo_policy import policy

from nova_lite import exceptions
from nova_lite.api.decisions import Decisions
from nova_lite.conf import CONF
from nova_lite.context import RequestContext

ADMIN = "rule:admin"
MANAGER = "rule:manager"
MEMBER = "rule:member"
READER = "rule:reader"
ANY = "@"

BASE = [
    policy.RuleDefault("admin", "role:admin", "An administrator of the cloud."),
    policy.RuleDefault("manager", "role:admin or (role:manager and project_id:%(project_id)s)"),
    policy.RuleDefault("member", "role:admin or ((role:member or role:manager) and project_id:%(project_id)s)",
                       "May change the project's things."),
    policy.RuleDefault("reader",
                       "role:admin or ((role:reader or role:member or role:manager) and project_id:%(project_id)s)",
                       "May see the project's things."),
]
_enforcer: policy.Enforcer | None = None
_decisions: Decisions | None = None
_lock = threading.Lock()


def documented(name: str, check: str, description: str, *operations: tuple[str, str]) -> policy.DocumentedRuleDefault:
    """A rule; ``operations`` are (method, path) pairs."""
    return policy.DocumentedRuleDefault(name=name, check_str=check, description=description,
                                        operations=[{"method": m, "path": p} for m, p in operations])


def list_rules():
    """All rules, for the sample and for registration."""
    rules = list(BASE)
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda m: m.name):
        rules.extend(importlib.import_module(f"{__name__}.{module.name}").rules)
    return rules


def get_enforcer() -> policy.Enforcer:
    """This process's enforcer (also oslo.policy's tools' way in)."""
    global _enforcer, _decisions
    with _lock:                                 # the first two requests of a process may come at once
        if _enforcer is None:
            enforcer = policy.Enforcer(CONF)
            enforcer.register_defaults(list_rules())
            _decisions = Decisions(enforcer)
            _enforcer = enforcer
    return _enforcer


def allowed(context: RequestContext, action: str, target: dict | None = None) -> bool:
    """Whether the rule holds; ``target`` defaults to the caller's own project and user."""
    target = target or {"project_id": context.project_id, "user_id": context.user_id}
    if _decisions is None:
        get_enforcer()
    return _decisions.allowed(action, target, context)


def check(context: RequestContext, action: str, target: dict | None = None) -> None:
    """Raise PolicyNotAuthorized (403) unless the rule holds."""
    if not allowed(context, action, target):
        raise exceptions.PolicyNotAuthorized(action=action)
