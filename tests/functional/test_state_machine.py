"""Random lives of servers through the API, on hosts that fail and hang: what is allowed the state table says.

Hypothesis makes the lives and shortens one that goes wrong.  Every 409 is held against ``states.ACTIONS``; that every
202 led from a legal state to a legal one is what each row's journal says, which the audit walks through the table.
"""
import contextlib
import threading

import hypothesis
import requests
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from nova_lite import failpoints, states
from nova_lite.conf import CONF
from nova_lite.embedded.identity import tokens
from tests.functional.cluster import GONE, IDLE, PROJECT

LIVES, STEPS, MOST_SERVERS = 12, 25, 3
REBUILD = {"imageRef": ""}             # the cluster's
# key of the body -> (its value, the guard's name); None: not an action but a verb
ACTIONS = {
    "os-start": (None, "start"), "os-stop": (None, "stop"), "reboot soft": ({"type": "SOFT"}, "reboot"),
    "reboot hard": ({"type": "HARD"}, "reboot_hard"), "rebuild": (REBUILD, "rebuild"),
    "rescue": (None, "rescue"), "unrescue": (None, "unrescue"),
    "shelve": (None, "shelve"), "unshelve": (None, "unshelve"),
    "createImage": ({"name": "image"}, "create_image"),
    "createBackup": ({"name": "backup", "backup_type": "daily", "rotation": 1}, "create_backup"),
    "pause": (None, "pause"), "unpause": (None, "unpause"), "suspend": (None, "suspend"),
    "resume": (None, "resume"), "resize": ({"flavorRef": "2"}, "resize"), "confirmResize": (None, "confirm_resize"),
    "revertResize": (None, "revert_resize"), "lock": (None, "lock"), "unlock": (None, "unlock"),
    "changePassword": ({"adminPass": "new"}, "change_password"),
    "delete": (None, "delete"), "metadata": (None, "metadata"), "detach": (None, "detach_interface"),
}
IN_SPITE_OF_A_LOCK = ("lock", "unlock", "createImage", "createBackup")
PLACES = [f"compute.{step}.begin" for step in (
    "set_admin_password",
    "build_and_run_instance", "detach_interface", "start_instance", "stop_instance", "reboot_instance",
    "pause_instance", "unpause_instance", "suspend_instance", "resume_instance", "rebuild_instance",
    "rescue_instance", "unrescue_instance", "snapshot_instance", "backup_instance", "prep_resize", "resize_instance",
    "shelve_instance", "shelve_offload_instance", "unshelve_instance",
    "finish_resize", "confirm_resize", "revert_resize", "finish_revert_resize", "terminate_instance")]
FAILURES = ("detach_interface", "set_admin_password", "snapshot",
            "spawn", "power_on", "power_off", "reboot", "destroy", "pause", "unpause", "suspend", "resume", "rescue",
            "unrescue", "migrate_disk_and_power_off", "finish_migration", "finish_revert_migration", "drop_old_disks")


def allowed(server, action: str) -> bool:
    """What the state table says of an action on a server that looks like this."""
    guard = states.ACTIONS[ACTIONS[action][1]]
    if server.locked and action not in IN_SPITE_OF_A_LOCK:
        return False
    if action not in ("lock", "unlock", "delete", "metadata", "unshelve") and server.host is None:
        return False
    return (server.vm_state in guard.vm_states and (guard.task_states == states.ANY or server.task_state in
                                                    guard.task_states)
            and not (guard.must_have_launched and server.launched_at is None))


class Lives(RuleBasedStateMachine):
    """Servers of one project."""

    def __init__(self, cluster):
        super().__init__()
        self.cluster, self.servers = cluster, []
        self.armed, self._go_on = contextlib.ExitStack(), threading.Event()
        self._go_on.set()
        REBUILD["imageRef"] = cluster.image.id
        token, _ = tokens.issue(tokens.Token("u1", "u1", ("password",), PROJECT, PROJECT, ("member",)))
        self.session = requests.Session()
        self.session.headers["X-Auth-Token"] = token

    def ask(self, method, path, body=None):
        return self.session.request(method, self.cluster.cloud.api_url + path, json=body, timeout=60)

    @precondition(lambda self: len(self.servers) < MOST_SERVERS)
    @rule()
    def create(self):
        answer = self.ask("POST", "/servers", {"server": {"name": "vm", "flavorRef": "1",
                                                          "imageRef": self.cluster.image.id}})
        assert answer.status_code == 202, answer.text
        self.servers.append(self.cluster.get(answer.json()["server"]["id"]))

    @precondition(lambda self: self.servers)
    @rule(number=st.integers(0, MOST_SERVERS - 1), action=st.sampled_from(list(ACTIONS)), patient=st.booleans())
    def act(self, number, action, patient):
        """``patient``: what goes on is waited for first, if it can end."""
        uuid = self.servers[number % len(self.servers)].uuid
        if patient and not self.hangs:
            self.settle()
        at_rest = not self.cluster.has_changed(uuid)
        before = self.cluster.get(uuid)
        value, _ = ACTIONS[action]
        if action == "delete":
            answer = self.ask("DELETE", f"/servers/{uuid}")
        elif action == "metadata":
            answer = self.ask("POST", f"/servers/{uuid}/metadata", {"metadata": {"a": "b"}})
        elif action == "detach":
            port = next((vif.id for vif in before.network_info), "none")
            answer = self.ask("DELETE", f"/servers/{uuid}/os-interface/{port}")
        else:
            answer = self.ask("POST", f"/servers/{uuid}/action", {action.split()[0]: value})
        after = self.cluster.get(uuid)
        if answer.status_code == 404:
            assert after.deleted or action == "detach" and not after.network_info
        elif answer.status_code == 409:
            assert not (allowed(before, action) and allowed(after, action)), (action, before, answer.text)
        else:
            assert answer.status_code in (200, 202, 204), (action, before, answer.text)
            # what went on meanwhile may have allowed it; of a server at rest the table is exact
            at_rest = at_rest and before.task_state is None
            assert allowed(before, action) or not at_rest, (action, before, answer.text)

    # -- what hosts do ---------------------------------------------------------------------------------
    @property
    def hangs(self) -> bool:
        return not self._go_on.is_set()

    @rule(operation=st.sampled_from([None, *FAILURES]))
    def the_driver_fails(self, operation):
        """One kind at a time: what a host cannot take back after a failed build, it keeps until it starts again."""
        CONF.set_override("fail_operations", [operation] if operation else [], group="fake")

    @precondition(lambda self: not self.hangs)
    @rule(place=st.sampled_from(PLACES))
    def a_host_hangs(self, place):
        self._go_on.clear()
        self.armed.enter_context(failpoints.armed({place: lambda: self._go_on.wait(30)}))

    @precondition(lambda self: self.hangs)
    @rule()
    def it_goes_on(self):
        self._go_on.set()
        self.armed.close()

    @precondition(lambda self: self.servers)
    @rule(number=st.integers(0, MOST_SERVERS - 1))
    def the_guest_crashes(self, number):
        server = self.cluster.get(self.servers[number % len(self.servers)].uuid)
        with contextlib.suppress(KeyError):                 # no such host, or guest
            self.cluster.driver(server.host).crash_guest(server.uuid)

    # -- rest --------------------------------------------------------------------------------------------
    def settle(self):
        return self.cluster.wait(self.servers, lambda server: GONE(server) or IDLE(server))

    def teardown(self):
        self._go_on.set()
        self.armed.close()
        CONF.clear_override("fail_operations", group="fake")
        for server in self.settle():
            assert server.deleted or server.vm_state in (
                *states.EXPECTED_POWER, states.RESCUED, states.RESIZED, states.SHELVED, states.SHELVED_OFFLOADED,
                states.ERROR), server
            assert server.vm_state != states.ERROR or server.fault, server
        assert self.cluster.audit() == []
        for server in self.servers:
            self.ask("POST", f"/servers/{server.uuid}/action", {"unlock": None})
            assert self.ask("DELETE", f"/servers/{server.uuid}").status_code in (204, 404)
        self.cluster.wait(self.servers, GONE)
        assert self.cluster.audit() == []
        assert not any(map(self.cluster.guests, self.cluster.hosts))
        assert not any(map(self.cluster.ran_twice, (server.uuid for server in self.servers)))
        assert not self.cluster.networks.server_ports(self.cluster.context)
        self.session.close()


def test_random_lives(cluster):
    run_state_machine_as_test(lambda: Lives(cluster), settings=hypothesis.settings(
        max_examples=LIVES, stateful_step_count=STEPS, derandomize=True, deadline=None, database=None,
        suppress_health_check=list(hypothesis.HealthCheck)))
