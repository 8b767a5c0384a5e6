"""etc/nova_lite/policy.yaml.sample: every rule with its default, commented out."""
import textwrap

from nova_lite.api import policies

_HEAD = """\
# Policies of nova-lite: who may do what.  Each line shows the default; uncomment and change what should be
# different, in the file that [oslo_policy] policy_file names.
"""


def render() -> str:
    return _HEAD + "".join(_rule(rule) for rule in policies.list_rules())


def _rule(rule) -> str:
    lines = ["", *(f"# {line}" for line in textwrap.wrap(" ".join((rule.description or "").split()), 108))]
    lines += [f"# {method}  {operation['path']}" for operation in getattr(rule, "operations", ())
              for method in _methods(operation["method"])]
    lines.append(f'#"{rule.name}": "{rule.check_str}"')
    return "\n".join(lines) + "\n"


def _methods(value) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
