"""Clients of an all-in-one cloud: commands run as users run them, and the SDK."""
import os
import pathlib
import subprocess
import sys

BIN = pathlib.Path(sys.executable).parent


def run(name, *args, clouds_file=None, user="nova-lite", timeout=60):
    env = {key: value for key, value in os.environ.items() if not key.startswith("OS_")} | {"PYTHONWARNINGS": "ignore"}
    if clouds_file:
        env |= {"OS_CLIENT_CONFIG_FILE": str(clouds_file), "OS_CLOUD": user}
    return subprocess.run([BIN / name, *map(str, args)], capture_output=True, text=True, timeout=timeout, env=env,
                          stdin=subprocess.DEVNULL)


def said(done) -> str:
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def create(connection, name):
    """A server that is ACTIVE."""
    server = connection.compute.create_server(
        name=name, image_id=connection.image.find_image("lite-guest").id,
        flavor_id=connection.compute.find_flavor("m1.nano").id,
        networks=[{"uuid": connection.network.find_network("private").id}])
    return connection.compute.wait_for_server(server, wait=30, interval=0.1)


def life_of_a_server(connection, name="life"):
    """Create, stop, start, reboot; the server is left ACTIVE."""
    compute, server = connection.compute, create(connection, name)
    compute.stop_server(server)
    compute.wait_for_server(server, "SHUTOFF", wait=30, interval=0.1)
    compute.start_server(server)
    compute.wait_for_server(server, "ACTIVE", wait=30, interval=0.1)
    compute.reboot_server(server, "HARD")
    return compute.wait_for_server(server, "ACTIVE", wait=30, interval=0.1)


def delete(connection, server):
    connection.compute.delete_server(server)
    connection.compute.wait_for_delete(server, wait=30, interval=0.1)
