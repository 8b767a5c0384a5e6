"""stack.sh, second half: brings the cloud up, step by step; a step whose work is done does nothing.

Runs inside the virtual environment only.
"""
import dataclasses
import pathlib

from guest import build
from guest.kernel import MissingSource
from stack import accelerator, cloud, config, credentials, process, resume, summary, virtualenv
from stack.errors import StackError
from stack.libvirt import LibvirtDaemons
from stack.progress import Progress
from stack.services import Services
from stack.settings import Settings, load

HOSTS_TIMEOUT = 60


def run(settings: Settings, *, want_server: bool) -> None:
    """Inside the environment: everything else.  Raises StackError."""
    progress = Progress()
    before = load(settings.data)
    settings = _choose_virt(settings, progress)
    _open_to_guests(settings)
    settings.save()
    (settings.data / "db").mkdir(mode=0o700, exist_ok=True)
    with progress.step("configuration") as step:
        rewritten = config.write(settings)
        if rewritten:
            step.changed(f"wrote {settings.config}")
    services = Services(settings)
    outdated = rewritten or (before and before.hosts != settings.hosts)
    if services.running() and (outdated or not services.healthy()):
        with progress.step("services") as step:
            services.stop()
            step.changed("stopped: " + ("the configuration changed" if outdated else "they did not answer"))
    _start_infrastructure(settings, progress)
    image = _guest_image(settings, progress)
    resuming = [] if services.running() else _start_services(settings, services, progress)
    contents = _fill(settings, progress, image)
    _resume(settings, contents, progress, resuming)
    if want_server:
        settings = _first_server(settings, contents, progress)
    _finish(settings, contents, services, progress)


def _choose_virt(settings, progress) -> Settings:
    if settings.fake:
        return settings
    if settings.virt == "auto":
        with progress.step("KVM or emulation") as step:
            virt, reason = accelerator.choose()
            step.unchanged(f"{virt}: {reason}")
        return dataclasses.replace(settings, virt=virt, virt_reason=reason)
    if settings.virt == "kvm" and not Services(settings).running():
        with progress.step("KVM") as step:
            verdict = accelerator.probe("kvm")
            if not verdict.works:
                raise StackError(f"--virt kvm: {verdict.reason}; use --virt qemu")
            step.unchanged(verdict.reason)
    return settings


def _open_to_guests(settings):
    """QEMU and dnsmasq run as users of their own: each directory above the data must let them through."""
    settings.data.chmod(0o755)
    for directory in settings.data.parents:
        if not settings.fake and not directory.stat().st_mode & 0o001:
            raise StackError(f"--data-dir {settings.data}: {directory} is closed to the users that guests run as; "
                             f"chmod o+x {directory}, or give another --data-dir")


def _start_infrastructure(settings, progress):
    """Broker, database and libvirt.  The broker takes longest, so it is only waited for at the end."""
    node, server = config.broker(settings), config.database(settings)
    if node:
        was_running = node.running()
        node.start()
    if server:
        with progress.step(server.NAME) as step:
            if server.running():
                step.unchanged("already running")
            else:
                server.start()
                step.changed(f"listens on 127.0.0.1:{settings.ports.database}")
    if not settings.fake:
        with progress.step("libvirt") as step:
            outcome = LibvirtDaemons(settings.run, settings.logs).start()
            (step.unchanged if outcome == "already running" else step.changed)(outcome)
    if node:
        with progress.step("RabbitMQ") as step:
            node.wait()
            if was_running:
                step.unchanged("already running")
            else:
                step.changed(f"listens on 127.0.0.1:{settings.ports.amqp}")


def _guest_image(settings, progress) -> pathlib.Path | None:
    if settings.fake:
        return None
    with progress.step("guest image") as step:
        before = _age(virtualenv.CACHE / f"{build.NAME}.qcow2")
        try:
            image = build.build(virtualenv.CACHE)
        except MissingSource as exc:
            raise StackError(f"the guest image cannot be built: {exc}") from exc
        if _age(image) == before:
            step.unchanged("up to date")
        else:
            step.changed(f"built {image}")
    return image


def _age(path):
    return path.stat().st_mtime_ns if path.exists() else None


def _start_services(settings, services, progress) -> list[str]:
    with progress.step("database schema") as step:
        services.migrate()
        step.unchanged("up to date, users made")
    noted = resume.note(settings)
    with progress.step("services") as step:
        services.start()
        services.wait()
        step.changed(f"{len(services.pids())} processes answer")
    return noted


def _fill(settings, progress, image):
    with progress.step("cloud contents") as step:
        if credentials.write(settings):
            step.changed("clouds.yaml, openrc")
        contents = cloud.Cloud(settings)
        made = contents.register(image)
        if made:
            step.changed(", ".join(made))
    with progress.step("compute hosts") as step:
        names = config.host_names(settings)
        if not process.wait_until(lambda: contents.hosts_up(names), HOSTS_TIMEOUT):
            raise StackError(f"compute hosts are not up after {HOSTS_TIMEOUT} s: {', '.join(names)}",
                             settings.logs / "nova-lite-compute.log")
        step.unchanged(f"{len(names)} up" if len(names) > 1 else f"{names[0]} is up")
    return contents


def _resume(settings, contents, progress, noted):
    noted = noted or resume.pending(settings)
    if noted:
        with progress.step("servers that ran before") as step:
            started = contents.start_again(noted)
            if started:
                step.changed(f"started {', '.join(started)}")
            else:
                step.unchanged("all as they were")
    resume.done(settings)


def _first_server(settings, contents, progress) -> Settings:
    if settings.first_server:
        return settings
    with progress.step("first server") as step:
        settings = dataclasses.replace(settings, first_server=contents.boot_first())
        settings.save()
        server, = contents.wait_active([settings.first_server])
        step.changed(f"{server.name} is ACTIVE")
    if not settings.fake:
        with progress.step("its guest") as step:
            contents.wait_ready(settings.first_server)
            step.changed("says it is ready")
    return settings


def _finish(settings, contents, services, progress):
    summary.show(settings, contents, services.pids())
    if progress.changes:
        print(f"\nThe stack is up ({progress.seconds:.1f} s).")
    else:
        print(f"\nThe stack was running already: nothing was changed ({progress.seconds:.1f} s).")
