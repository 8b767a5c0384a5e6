"""Explanations of the scheduler's choice: nova-lite's own, for administrators."""
from nova_lite.api.policies import ADMIN, documented

rules = [
    documented("nova_lite_api:explain", ADMIN, "Show what each filter of the scheduler does with a request.",
               ("POST", "/nova-lite-explain")),
]
