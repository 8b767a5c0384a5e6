"""The ``openstack`` command, in this process: a new Python for each of the commands would take minutes."""
import io
import logging
import re
import shlex

import pytest
from openstackclient import shell
from osc_lib.clientmanager import ClientCache, ClientManager

from nova_lite.api.microversions import MAX, MIN
from tests.functional.real_clients.conftest import PUBLIC_KEY
from tests.waiting import wait

ACTIVE, SHUTOFF, GONE = "ACTIVE", "SHUTOFF", "gone"
# Who does it, the command, what its output has (a regular expression); the server's status then; since which version.
# One server lives from the first command to the last.
READS = [
    ("demo", "flavor list", "m1.nano"), ("demo", "flavor show m1.tiny -f value -c ram", "^256$"),
    ("demo", "quota show -f value -c Limit", "10"),
    ("demo", "availability zone list --compute", "nova"), ("demo", "extension list --compute", "Keypairs"),
    ("admin", "availability zone list --long --compute", "nova-compute"),
    ("admin", "compute service list", "nova-conductor.*up"), ("admin", "hypervisor list", "up"),
    ("admin", "host list", "nova"),
    ("demo", "versions show --service compute", re.escape(MAX)),
]
# The client asks with a word that Nova refuses from 2.75 on.
UNTIL_274 = [("demo", "limits show --absolute", "total_instances_used")]
COMMANDS = [
    ("demo", "keypair create --public-key id.pub key", "fingerprint"),
    ("demo", "keypair list", "key"), ("demo", "keypair show key", "ssh|public_key|fingerprint"),
    ("demo", "server group create --policy anti-affinity apart", "anti-affinity"),
    ("demo", "server group list", "apart"),
    ("demo", "server create --image lite-guest --flavor m1.nano --network private --key-name key --property a=b one",
     "one", ACTIVE),
    ("demo", "server list --long", "one.*ACTIVE"), ("demo", "server show one", "OS-EXT-STS:vm_state"),
    ("demo", "server list --status ACTIVE --name one -f value -c Name", "^one$"),
    ("demo", "server set --property c=d one", ""), ("demo", "server unset --property a one", ""),
    ("demo", "server show one -f value -c properties", "'c': 'd'"),
    ("demo", "server stop one", "", SHUTOFF), ("demo", "server start one", "", ACTIVE),
    ("demo", "server reboot --hard one", "", ACTIVE), ("demo", "server pause one", "", "PAUSED"),
    ("demo", "server unpause one", "", ACTIVE), ("demo", "server suspend one", "", "SUSPENDED"),
    ("demo", "server resume one", "", ACTIVE), ("demo", "server lock one", ""), ("demo", "server unlock one", ""),
    ("demo", "server rescue one", "", "RESCUE"), ("demo", "server unrescue one", "", ACTIVE),
    ("demo", "server rebuild --image lite-guest one", "", ACTIVE), ("demo", "console log show one", "one"),
    ("demo", "server image create --name copy one", "copy", ACTIVE), ("demo", "server event list one", "createImage"),
    ("admin", "server set --state error --auto-approve {id}", "", "ERROR"),
    ("admin", "server set --state active --auto-approve {id}", "", ACTIVE),
    ("demo", "server set --description words one", "", ACTIVE, "2.19"),
    ("demo", "server set --tag blue one", "", ACTIVE, "2.26"),
    ("demo", "server list --tags blue -f value -c Name", "^one$", ACTIVE, "2.26"),
    ("demo", "server show one -f value -c tags", "blue", ACTIVE, "2.26"),
    ("demo", "server unset --tag blue one", "", ACTIVE, "2.26"),
    ("admin", "server list --all-projects", "one"), ("admin", "usage list", "demo"), ("demo", "usage show", "Servers"),
    ("demo", "server set --name two one", ""), ("demo", "server delete two", "", GONE),
    ("demo", "server group delete apart", ""), ("demo", "keypair delete key", ""),
    ("demo", "image delete copy", ""),
]
ADMINS = [
    ("flavor create --ram 64 --disk 1 --vcpus 1 --private --id small small", "small"),
    ("flavor set --property hw:cpu_policy=shared small", ""), ("flavor show small", "hw:cpu_policy"),
    ("flavor set --project demo small", ""), ("flavor unset --project demo small", ""), ("flavor delete small", ""),
    ("aggregate create --zone east agg", "east"), ("aggregate add host agg {host}", "{host}"),
    ("aggregate set --property a=b agg", ""), ("aggregate show agg", "a='b'|a: b|'a': 'b'"),
    ("aggregate remove host agg {host}", ""), ("aggregate delete agg", ""),
    ("compute service set --disable --disable-reason repair {host} nova-compute", ""),
    ("compute service list --long", "repair"), ("compute service set --enable {host} nova-compute", ""),
    ("quota set --instances 11 demo", ""), ("quota show demo", "11"), ("hypervisor show {host}", "{host}"),
    ("hypervisor stats show", "vcpus", MIN), ("quota set --instances 10 demo", ""),
]


@pytest.fixture
def run(cloud, version, monkeypatch, capsys):
    """``run(user, "server list")``: what the command prints; it must end with 0."""
    def command(user: str, line: str) -> str:
        options = [f"--os-{key.replace('_', '-')}={value}" for key, value in cloud.credentials(user).items()]
        capsys.readouterr()
        for cache in [value for value in vars(ClientManager).values() if isinstance(value, ClientCache)]:
            cache._handle = None                    # the process's: another user's, of another version
        root, handlers = logging.getLogger(), list(logging.getLogger().handlers)
        code = shell.main([*options, f"--os-compute-api-version={version}", *shlex.split(line)])
        printed = capsys.readouterr()
        root.handlers = handlers                    # the client's own write to a stream that is closed soon
        assert not code, f"{line}: {printed.err}"
        return printed.out
    monkeypatch.setattr("sys.stdin", io.StringIO())
    return command


def _has(printed: str, expected: str, line: str) -> None:
    assert re.search(expected, printed, re.MULTILINE), f"{line}: {printed}"


def _within(version: str, first: str = MIN, last: str = MAX) -> bool:
    number = [tuple(map(int, text.split("."))) for text in (first, version, last)]
    return number[0] <= number[1] <= number[2]


def test_reads(run, version):
    for user, line, expected in READS + (UNTIL_274 if _within(version, last="2.74") else []):
        _has(run(user, line), expected, line)


def test_the_life_of_a_server(run, admin, version, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "id.pub").write_text(PUBLIC_KEY)
    for user, line, expected, *rest in COMMANDS:
        status, since = (*rest, *(None, MIN)[len(rest):])
        if not _within(version, first=since):
            continue
        if "{" in line:
            line = line.format(id=next(admin.compute.servers(all_projects=True)).id)
        _has(run(user, line), expected, line)
        if status:
            wait(lambda status=status: _is(admin, status), 60, lambda line=line: f"{line}: {_statuses(admin)}")


def _statuses(admin) -> list:
    return [(server.status, server.task_state) for server in admin.compute.servers(all_projects=True)]


def _is(admin, status) -> bool:
    return _statuses(admin) == ([] if status == GONE else [(status, None)])


def test_what_an_administrator_keeps(run, cloud, version):
    host = cloud.host_names[0]
    for line, expected, *last in ADMINS:
        if _within(version, last=last[0] if last else MAX):
            _has(run("admin", line.format(host=host)), expected.format(host=host), line)
