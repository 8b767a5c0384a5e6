"""Marked secrets go through a whole cloud that logs at debug level, works and fails; then everything that is left is
searched for them: logs, files, rows, answers, and the messages, but for those to the host that builds."""
import base64
import json
import pathlib
import re

import openstack
import pytest
import requests
import sqlalchemy as sa
from openstack.compute.v2.server import Server
from oslo_config import cfg

from nova_lite import audit, conf, exceptions, network, rpc
from nova_lite.cmd import service
from nova_lite.conf import CONF
from nova_lite.context import admin_context
from nova_lite.db import session, tables

OPTIONS = "[DEFAULT]\ndebug = true\nlog_dir = $state_path\n[scheduler]\nmax_attempts = 2\n"
USER_DATA = base64.b64encode(b"#!/bin/sh\necho MARK-user-data\n").decode()
FILE = base64.b64encode(b"MARK-personality").decode()
SECRETS = {"adminPass": "MARK-admin-pass", "user_data": USER_DATA, "personality": FILE,
           "user data in clear": "MARK-user-data", "personality in clear": "MARK-personality"}
BUILDS = {"build_and_run_instance", "build_and_run_instances", "rebuild_instance", "rescue_instance"}
FOREIGN = "MARK-foreign-error"          # the text of an error that is not ours, which may be anything


@pytest.fixture(scope="module")
def messages():
    """(topic, method, server, the whole message as text) of all that the cloud's services send each other."""
    sent, patch = [], pytest.MonkeyPatch()
    serialize = rpc.Serializer().serialize_context
    for name in ("cast", "call"):
        real = getattr(rpc.Client, name)

        def spy(self, context, method, *, server=None, _real=real, **kwargs):
            whole = json.dumps([serialize(context), kwargs], default=str)
            sent.append((self.topic, method, server, whole))
            answer = _real(self, context, method, server=server, **kwargs)
            sent.append((self.topic, f"answer to {method}", server, json.dumps(answer, default=str)))
            return answer
        patch.setattr(rpc.Client, name, spy)
    yield sent
    patch.undo()


class Story:
    """What was told to users on the way, and the secrets that were made on the way."""

    def __init__(self, cloud):
        self.cloud, self.secrets, self.answers = cloud, dict(SECRETS), []
        self.demo, self.admin = (openstack.connect(**cloud.credentials(name)) for name in ("demo", "admin"))
        self.secrets["token"] = self.demo.auth_token.rpartition(".")[2]          # its signature: the rest is public
        self.image = self.demo.image.find_image("lite-guest").id

    def ask(self, method, path, body=None, user="demo", version="2.19"):
        answer = requests.request(method, self.cloud.api_url + path, json=body, timeout=60, headers={
            "X-Auth-Token": getattr(self, user).auth_token, "OpenStack-API-Version": f"compute {version}"})
        return answer

    def create(self, **more):
        answer = self.ask("POST", "/servers", {"server": {
            "name": "vm", "flavorRef": "1", "imageRef": self.image, "adminPass": SECRETS["adminPass"],
            "user_data": USER_DATA, "config_drive": True, "personality": [{"path": "/x", "contents": FILE}], **more}})
        return answer

    def wait(self, uuid, status):
        server = self.demo.compute.get_server(uuid)
        return self.demo.compute.wait_for_server(server, status, failures=[], wait=60, interval=0.05)


@pytest.fixture(scope="module")
def story(messages, cloud):
    told = Story(cloud)
    keys = told.ask("POST", "/os-keypairs", {"keypair": {"name": "made"}}).json()["keypair"]
    told.secrets["private key"] = keys["private_key"].splitlines()[2]
    credential = told.demo.identity.create_application_credential(told.demo.current_user_id, "c",
                                                                  secret="MARK-credential")
    told.secrets["credential"] = credential.secret
    told.secrets |= {f"password of {name}": password for name, password in cloud.passwords.items()}
    told.secrets["service password"] = pathlib.Path(CONF.service_user.password_file).read_text().strip()
    told.secrets["signing key"] = pathlib.Path(CONF.embedded.token_key_file).read_text().strip()
    told.secrets["wrong password"] = "MARK-wrong-password"

    # a life, and its end
    good = told.create(key_name="made").json()["server"]["id"]
    told.wait(good, "ACTIVE")
    for action, status in (({"os-stop": None}, "SHUTOFF"), ({"os-start": None}, "ACTIVE"),
                           ({"reboot": {"type": "HARD"}}, "ACTIVE")):
        assert told.ask("POST", f"/servers/{good}/action", action).status_code == 202
        told.wait(good, status)
    told.ask("POST", f"/servers/{good}/action", {"os-getConsoleOutput": {}})
    assert told.ask("POST", f"/servers/{good}/action", {"rebuild": {
        "imageRef": told.image, "adminPass": SECRETS["adminPass"],
        "personality": [{"path": "/x", "contents": FILE}]}}).status_code == 202
    told.wait(good, "ACTIVE")
    assert told.ask("POST", f"/servers/{good}/action", {"rescue": {"adminPass": SECRETS["adminPass"]}}).ok
    told.wait(good, "RESCUE")
    # a build that fails on every host, one that breaks in a way nobody thought of, and a host that refuses
    CONF.set_override("fail_operations", ["spawn"], group="fake")
    failed = told.create().json()["server"]["id"]
    told.wait(failed, "ERROR")
    CONF.clear_override("fail_operations", group="fake")
    with pytest.MonkeyPatch.context() as patch:
        def explode(*_args, **_kwargs):
            raise RuntimeError(FOREIGN)
        patch.setattr("nova_lite.virt.fake.FakeDriver.spawn", explode)
        broken = told.create().json()["server"]["id"]
        told.wait(broken, "ERROR")
    # requests that are refused, by the schema and by the database
    for wrong in ({"adminPass": [SECRETS["adminPass"]]}, {"user_data": USER_DATA + "é"},
                  {"nonsense": SECRETS["adminPass"]}, {"key_name": "nobody's"}, {"flavorRef": "nothing"}):
        assert told.create(**wrong).status_code == 400
    with session.writer() as connection:
        connection.execute(sa.text("CREATE TRIGGER full BEFORE INSERT ON instances "
                                   "BEGIN SELECT RAISE(ABORT, 'full'); END"))
    assert told.create().status_code >= 500
    with session.writer() as connection:
        connection.execute(sa.text("DROP TRIGGER full"))
    for bad in ({"password": told.secrets["wrong password"]}, {"username": "nobody"}):
        with pytest.raises(Exception, match="authentication"):
            openstack.connect(**{**cloud.credentials(), **bad}).authorize()
    requests.get(f"{cloud.api_url}/servers", headers={"X-Auth-Token": "MARK-wrong-password"}, timeout=30)
    told.ids = [good, failed, broken]
    for uuid in told.ids:
        for path in ("", "/os-instance-actions", "/nova-lite-trace"):
            told.answers.append((path, told.ask("GET", f"/servers/{uuid}{path}", user="admin").text))
        for action in told.ask("GET", f"/servers/{uuid}/os-instance-actions", user="admin").json()["instanceActions"]:
            told.answers.append(("action", told.ask(
                "GET", f"/servers/{uuid}/os-instance-actions/{action['request_id']}", user="admin").text))
    told.audit = audit.audit(network.connect(), admin_context())
    told.demo.compute.delete_server(good)
    told.demo.compute.delete_server(failed)
    for uuid in (good, failed):
        told.demo.compute.wait_for_delete(Server(id=uuid), wait=60, interval=0.05)
    return told


def found_in(text: str, secrets: dict, but=()) -> list[str]:
    return [name for name, secret in secrets.items() if name not in but and secret in text]


def test_logs(story, cloud):
    text = "".join(path.read_text(errors="replace") for path in cloud.directory.glob("*.log*"))
    assert "DEBUG" in text and "Traceback" in text, "nothing was logged that could have told"
    assert not found_in(text, story.secrets)
    assert FOREIGN in text, "operators must be able to look it up somewhere"


def test_rows_after_the_end(story):
    """User data is kept for the metadata service as long as its server lives, and nowhere else."""
    with session.reader() as connection:
        for table in tables.metadata.sorted_tables:
            for row in connection.execute(sa.select(table)).mappings():
                lives = table.name == "instances" and not row["deleted"]
                kept = {key: value for key, value in row.items() if not (lives and key == "user_data")}
                text = json.dumps(kept, default=str)
                assert not found_in(text, story.secrets) and FOREIGN not in text, (table.name, kept)
        assert not connection.execute(sa.select(tables.actions.c.id).where(
            tables.actions.c.secrets.is_not(None), tables.actions.c.state != "open")).all()


def test_messages(story, messages):
    """Only the host that builds is told passwords, files and user data; tokens are told to nobody."""
    told = set()
    for topic, method, server, text in messages:
        assert FOREIGN not in text, (topic, method)
        if topic == "compute" and method in BUILDS:
            assert server, "a message to one host, not to whichever takes it"
            told |= set(found_in(text, story.secrets))
        else:
            assert not found_in(text, story.secrets), (topic, method)
    assert told == {"adminPass", "user_data", "personality"}
    assert {"report", "build_instances", "stop_instance", "rebuild_instance",
            "rescue_instance", "get_console_output"} <= {
        method for _, method, *_ in messages}


def test_what_users_and_operators_are_shown(story):
    for path, text in story.answers:
        # an administrator sees user data of a server, as in Nova; nothing else
        assert not found_in(text, story.secrets, ("user_data",) if path == "" else ()), (path, text)
        assert FOREIGN not in text
    assert not found_in("\n".join(story.audit), story.secrets)
    for uuid in story.ids[1:]:
        fault = json.loads(next(text for path, text in story.answers if path == "" and uuid in text))["server"]["fault"]
        assert fault["message"] and not found_in(json.dumps(fault), story.secrets)


def test_files(story, cloud):
    """Passwords and keys are in their own files, which are the owner's; nothing else has them."""
    own = {"token.key", "service-password", "clouds.yaml", "openrc", "passwords.yaml"}
    for path in cloud.directory.rglob("*"):
        if not path.is_file() or path.name in own or ".sqlite" in path.name:
            continue
        assert not found_in(path.read_text(errors="replace"), story.secrets), path
    for name in (*own, "users.yaml", "nova-lite.sqlite"):
        path = cloud.directory / name
        assert not path.exists() or path.stat().st_mode & 0o077 == 0, name


def test_options_that_hold_secrets_say_so():
    """oslo.config hides them when it writes all options into the log."""
    found = {(group, option.name) for group, options in conf.list_opts() for option in options
             if re.search("password$|^connection$|secret|transport_url", option.name)
             and isinstance(option, cfg.StrOpt) and not option.secret}
    assert not found


@pytest.mark.parametrize("url", ["rabbit://u:MARK-broker@127.0.0.1:1/", "rabbit://u:MARK-broker@127.0.0.1:x/",
                                 "nonsense://u:MARK-broker@h/", "rabbit://u:MARK-broker@@127.0.0.1:1/"])
def test_what_is_wrong_with_a_broker_s_url_is_told_without_its_password(story, url):
    CONF.set_override("transport_url", url)
    try:
        with pytest.raises(exceptions.NovaLiteError) as raised:
            rpc.check()
        assert "MARK-broker" not in service.one_line(raised.value)
    finally:
        CONF.clear_override("transport_url")


@pytest.mark.parametrize("url", ["mysql+pymysql://u:MARK-database@127.0.0.1:1/x", "nonsense://u:MARK-database@h/x",
                                 "postgresql+psycopg://u:MARK-database@127.0.0.1:1/x", "mysql://u:MARK-database@:x/"])
def test_what_is_wrong_with_a_database_s_url_is_told_without_its_password(story, url):
    with pytest.raises(Exception) as raised, session.create_engine(url).connect():
        pass
    assert "MARK-database" not in session.reason(raised.value)
