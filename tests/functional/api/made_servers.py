"""Servers that tests of the API need: built by the cloud, by ordinary requests."""
import datetime
import json
import time
import types
import uuid

import pytest

from nova_lite.api.wsgi import Request
from nova_lite.compute.api import create as compute_api
from nova_lite.db import instances, session
from nova_lite.models import Instance
from tests.functional.clouds import HOSTS, IMAGE, NETWORK, PROJECT
from tests.functional.sign_in import token


class MadeServers:
    """Called with a number and fields of Instance it gives a server: alice's, ACTIVE on host1, unless they say else.

    It is ordered with ``POST /servers`` and built by the fake driver, stopped, locked and deleted by its actions.
    What then differs from the fields is written into its row: states through which a server only passes, or which take
    a broken cloud, the uuid and the times (tests compare bodies with literals), and addresses that the
    embedded network service does not give (IPv6, several networks).
    """

    def __init__(self, application, post):
        self._application, self._post = application, post

    def __call__(self, number: int = 1, **fields) -> Instance:
        at = datetime.datetime(2026, 11, 23, 8, 12, number % 60, 250000)
        fields = {"project_id": PROJECT, "user_id": "alice", "display_name": f"vm{number}", "hostname": f"vm{number}",
                  "vm_state": "active", "host": "host1", "reservation_id": "r-3fhpjulh", "created_at": at,
                  "updated_at": at, "launched_at": at + datetime.timedelta(seconds=1), **fields}
        address = {} if "uuid" in fields else {"fixed_ip": f"192.168.1.{29 + number % 200}"}
        identifier = fields.pop("uuid", f"0e44cc9c-e052-415d-afbf-{number:012d}")
        holds, self._post.holds = self._post.holds, False
        try:
            self._build(identifier, address, fields)
            self._act(identifier, fields)
        finally:
            self._post.holds = holds
        return self.become(identifier, **fields)

    @staticmethod
    def become(identifier: str, **fields) -> Instance:
        """Write what no request brings about."""
        with session.writer() as connection:
            connection.execute(instances.table.update().where(instances.table.c.uuid == identifier).values(
                instances._columns(fields)))
        return _row(identifier)

    # -- by requests -------------------------------------------------------------------------------
    def _ask(self, method, path, body, user, project, *roles) -> None:
        request = Request.blank("/v2.1" + path, method=method, content_type="application/json")
        request.headers["X-Auth-Token"] = token(user, project, *roles)
        request.headers["OpenStack-API-Version"] = "compute 2.38"
        request.body = json.dumps(body).encode()
        answer = request.get_response(self._application)
        assert answer.status_int in (202, 204), answer.text

    def _build(self, identifier, address, fields) -> None:
        host = fields["host"] if fields["host"] in HOSTS else HOSTS[0]
        server = {"name": fields["display_name"], "flavorRef": "1", "imageRef": IMAGE,
                  "availability_zone": f"nova:{host}", "metadata": fields.get("metadata", {}),
                  "networks": [{"uuid": NETWORK, **address}]}
        for key, name in (("config_drive", "config_drive"), ("user_data", "user_data")):
            if fields.get(key) is not None:
                server[name] = fields[key]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(compute_api, "uuid_module", types.SimpleNamespace(uuid4=lambda: uuid.UUID(identifier)))
            # the role, for a chosen host and address
            self._ask("POST", "/servers", {"server": server}, fields["user_id"], fields["project_id"], "admin")
        _wait(identifier, "active")

    def _act(self, identifier, fields) -> None:
        owner, path = (fields["user_id"], fields["project_id"]), f"/servers/{identifier}"
        if fields["vm_state"] == "stopped":
            self._ask("POST", f"{path}/action", {"os-stop": None}, *owner)
            _wait(identifier, "stopped")
        if fields.get("locked_by"):
            who = owner if fields["locked_by"] == "owner" else ("admin", "of another project")
            self._ask("POST", f"{path}/action", {"lock": None}, *who)
        if fields.get("deleted"):
            self._ask("DELETE", path, None, *owner)
            _wait(identifier, "deleted")


def _row(identifier) -> Instance:
    with session.reader() as connection:
        return instances.get(connection, identifier, deleted=True)


def _wait(identifier, vm_state) -> None:
    until = time.monotonic() + 60
    while ((server := _row(identifier)).vm_state, server.task_state) != (vm_state, None):
        assert time.monotonic() < until and server.vm_state != "error", server
        time.sleep(0.003)
