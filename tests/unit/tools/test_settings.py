"""What stack.sh remembers, and which options it refuses."""
import dataclasses
import json

import pytest

from tools.stack import config, settings
from tools.stack.errors import StackError


def made(tmp_path, **options):
    combined = dataclasses.replace(settings.combine(tmp_path, options), virt=options.get("virt", "qemu"))
    combined.save()
    return combined


def test_options_left_out_keep_their_value(tmp_path):
    first = made(tmp_path, virt="fake", hosts=3, port_base=20000)
    assert settings.combine(tmp_path, {"virt": None, "hosts": None}) == first
    assert (tmp_path / "stack.json").stat().st_mode & 0o077 == 0


def test_what_would_make_another_cloud_is_refused(tmp_path):
    made(tmp_path, virt="fake")
    for name, value in {"virt": "qemu", "db": "mariadb", "port_base": 30000, "listen": "0.0.0.0"}.items():
        with pytest.raises(StackError, match="--" + name.replace("_", "-")):
            settings.combine(tmp_path, {name: value})


def test_the_number_of_fake_hosts_and_the_accelerator_may_change(tmp_path):
    made(tmp_path, virt="fake", hosts=1)
    assert settings.combine(tmp_path, {"hosts": 5}).hosts == 5
    other = tmp_path / "real"
    other.mkdir()
    made(other)
    assert settings.combine(other, {"virt": "kvm"}).virt == "kvm"


@pytest.mark.parametrize("options, word", [
    ({"hosts": 2, "virt": "qemu"}, "--hosts"),
    ({"hosts": 0, "virt": "fake"}, "--hosts"),
    ({"port_base": 80}, "--port-base"),
    ({"broker_url": "localhost"}, "--broker-url"),
    ({"database_url": "localhost"}, "--database-url"),
    ({"database_url": "mysql+pymysql://x/y", "db": "mariadb"}, "--database-url"),
])
def test_contradictions_are_told_by_their_option(tmp_path, options, word):
    with pytest.raises(StackError, match=word):
        settings.combine(tmp_path, options)


def test_a_broken_file_is_told_by_its_name(tmp_path):
    (tmp_path / "stack.json").write_text("{")
    with pytest.raises(StackError, match="stack.json"):
        settings.load(tmp_path)
    (tmp_path / "stack.json").write_text(json.dumps({"unknown": 1}))
    with pytest.raises(StackError, match="stack.json"):
        settings.load(tmp_path)


def test_ports_differ_and_count_from_the_base(tmp_path):
    ports = made(tmp_path).ports
    every = [ports.compute, ports.metadata, ports.embedded, ports.amqp, ports.erlang, ports.epmd, ports.database]
    assert len(set(every)) == len(every) and all(0 < port - ports.base < 25 for port in every)
    assert (ports.compute, ports.metadata) == (8774, 8775)


def test_given_urls_leave_out_our_own_servers(tmp_path):
    chosen = made(tmp_path, broker_url="rabbit://u:p@broker:5672/", database_url="postgresql+psycopg://u:p@db/n")
    assert config.broker(chosen) is None and config.database(chosen) is None
    text = config.render(chosen)
    assert "transport_url = rabbit://u:p@broker:5672/" in text and "connection = postgresql+psycopg://u:p@db/n" in text


def test_the_configuration_is_private_and_written_once(tmp_path):
    chosen = made(tmp_path)
    assert config.write(chosen) and not config.write(chosen)
    assert chosen.config.stat().st_mode & 0o077 == 0
    assert f"{chosen.broker_password}@127.0.0.1:{chosen.ports.amqp}" in chosen.config.read_text()
