"""What policies have decided, remembered.  Used by ``nova_lite.api.policies`` alone.

oslo.policy looks for its files whenever it is asked (0.2 ms) and takes the signature of each check apart (0.15 ms),
and one GET asks four times.  What it answers is a function of the rules, the rule's name, the caller and the target,
so an answer is good as long as the rules are; for the files it is enough to look once in a while.
"""
import importlib.metadata
import re
import threading
import time

from oslo_policy import policy

LOOK = 1.0                      # seconds between looks at the policy files
_MOST = 10_000                  # answers that are kept
_WORDS = re.compile(r"[\s()]+")


class Decisions:
    """Of one enforcer, which nobody else asks.  Safe for threads."""

    def __init__(self, enforcer: policy.Enforcer):
        self._enforcer, self._lock = enforcer, threading.Lock()
        self._known: dict[tuple, bool] = {}
        self._rules: dict = {}
        # Checks whose answer is somebody else's, and may be another one the next time.
        self._foreign = {entry.name for entry in importlib.metadata.entry_points(group="oslo.policy.rule_checks")}
        self._keeps, self._look_at = False, 0.0
        self._look()

    def allowed(self, action: str, target: dict, context) -> bool:
        """As Enforcer.authorize; raises its PolicyNotRegistered."""
        if time.monotonic() >= self._look_at:
            with self._lock:
                if time.monotonic() >= self._look_at:
                    self._look()
        known = self._known
        if not self._keeps:
            return bool(self._enforcer.authorize(action, target, context))
        key = (action, *target.items(), *_caller(context))
        answer = known.get(key)
        if answer is None:
            answer = bool(self._enforcer.authorize(action, target, context))
            if len(known) >= _MOST:
                known.clear()
            known[key] = answer
        return answer

    def _look(self) -> None:
        """Read the files if they have changed."""
        self._enforcer.use_conf = True
        self._enforcer.load_rules()
        self._enforcer.use_conf = False         # else it would look again at each question
        if self._rules != (rules := dict(self._enforcer.rules)):        # of the same objects they are equal
            # Whoever still asks by the old rules keeps the answer in the old dictionary.
            self._rules, self._known = rules, {}
            self._keeps = not any(word.partition(":")[0] in self._foreign
                                  for check in rules.values() for word in _WORDS.split(str(check)))
        self._look_at = time.monotonic() + LOOK


def _caller(context) -> tuple:
    """All that a rule can ask of the caller."""
    return tuple(tuple(value) if isinstance(value, list) else value for value in context.to_policy_values().values())
