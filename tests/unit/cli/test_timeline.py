"""A trace is rendered exactly like this; a change of the format is a change of these lines."""
from nova_lite.cli import timeline


def event(name, start, finish, depth, **more):
    return {"event": name, "start": f"2026-01-01T10:00:00.{start:06d}", "depth": depth, "result": "Success", "rpc": "",
            "function": "", "transition": "", "details": None, "service": "nova-api", "host": "node1", "pid": 41,
            "finish": f"2026-01-01T10:00:00.{finish:06d}" if finish is not None else None} | more


API = {}
CONDUCTOR = {"service": "nova-conductor", "pid": 52}
COMPUTE = {"service": "nova-compute", "host": "node2", "pid": 63}

CREATE = {
    "action": "create", "request_id": "req-1", "state": "done", "step": None, "attempt": 1,
    "start_time": "2026-01-01T10:00:00.001000", "finish_time": "2026-01-01T10:00:00.250000", "message": None,
    "events": [
        event("POST servers", 0, 9500, 0, function="nova_lite.api.handlers.servers:create"),
        event("create", 1000, 9000, 1, function="nova_lite.compute.api:API.create", transition="(new) -> scheduling"),
        event("build_instances", 12000, 40100, 2, rpc="cast", **CONDUCTOR,
              function="nova_lite.conductor.manager:ConductorManager.build_instances"),
        event("select_destinations", 14000, 39000, 3, rpc="call", **CONDUCTOR, function="somebody.elses:Scheduler.pick",
              details="3 hosts\nRamFilter removed 2"),
        event("build_and_run_instance", 45000, None, 3, rpc="cast", result=None, **COMPUTE,
              function="nova_lite.compute.manager:ComputeManager.build_and_run_instance"),
    ]}

EXPECTED = """\
create  done  req-1  2026-01-01 10:00:00.000 UTC  250.0 ms
   at ms took ms rpc  hop                                        module:method
                      nova-api@node1[41]
     0.0     9.5      POST servers                               api.handlers.servers:create
     1.0     8.0        create                                   compute.api:API.create
                          * (new) -> scheduling
                      nova-conductor@node1[52]
    12.0    28.1 cast     build_instances                        conductor.manager:ConductorManager.build_instances
    14.0    25.0 call       select_destinations                  somebody.elses:Scheduler.pick
                              | 3 hosts
                              | RamFilter removed 2
                      nova-compute@node2[63]
    45.0 running cast       build_and_run_instance               compute.manager:ComputeManager.build_and_run_instance
""".splitlines()


def test_a_create_is_rendered_exactly():
    lines = timeline.render([CREATE])
    assert lines == EXPECTED
    assert max(map(len, lines)) <= 120


def test_a_failure_shows_its_last_line_and_a_running_action_its_step():
    action = CREATE | {"state": "open", "step": "spawn", "attempt": 2, "finish_time": None, "message": "Error",
                       "events": [
        event("spawn", 1000, 3000, 0, result="Error", traceback='Traceback\n  File "x"\nNovaLiteError: no disk\n')]}
    assert timeline.render([action]) == [
        "create  open  req-1  2026-01-01 10:00:00.001 UTC  now in step spawn, attempt 2  Error",
        "   at ms took ms rpc  hop                                        module:method",
        "                      nova-api@node1[41]",
        "     0.0     2.0      spawn",
        "                        ! Error: NovaLiteError: no disk"]


def test_actions_are_parted_by_a_blank_line_and_one_without_hops_says_so():
    bare = CREATE | {"action": "lock", "events": []}
    lines = timeline.render([bare, bare])
    assert lines[1:4] == ["  (no hop was recorded)", "", lines[0]]


def test_hops_that_are_long_or_deep_stay_within_the_width():
    deep = CREATE | {"events": [event("x" * 200, 0, 1, 12, rpc="cast", function="nova_lite." + "f" * 200,
                                      transition="t" * 200, details="d" * 200, host="h" * 200)]}
    assert max(map(len, timeline.render([deep]))) == 120
