"""stack.sh, second half: brings the cloud up, step by step; a step whose work is done does nothing.

Runs inside the virtual environment only.
"""
import dataclasses

from keystoneauth1 import exceptions as keystone
from openstack import exceptions as sdk

from nova_lite.cmd import clouds
from tools.stack import accelerator, config, ksm, process, resume, summary
from tools.stack.cloud import Cloud
from tools.stack.errors import StackError
from tools.stack.infrastructure import Infrastructure
from tools.stack.progress import Progress
from tools.stack.services import Services
from tools.stack.settings import Settings, load

HOSTS_TIMEOUT = 60              # seconds


def run(settings: Settings, *, want_server: bool) -> None:
    """Raises StackError."""
    try:
        _run(settings, want_server)
    except (sdk.SDKException, keystone.ClientException) as exc:
        raise StackError(f"a request to the cloud failed: {exc}", settings.logs / "nova-lite-api.log") from exc


def _run(settings, want_server):
    progress = Progress()
    known = load(settings.data)
    settings = _choose_virt(settings, progress)
    _open_to_guests(settings)
    settings.save()
    (settings.data / "db").mkdir(mode=0o700, exist_ok=True)
    services = _configure(settings, progress, known)
    infrastructure = Infrastructure(settings, progress)
    infrastructure.begin()
    infrastructure.database()
    infrastructure.libvirt()
    image = infrastructure.guest_image()
    if services.running():
        infrastructure.wait_for_broker()
    else:
        _migrate(settings, services, progress)
        infrastructure.wait_for_broker()
        _start(services, progress)
    cloud = _fill(settings, progress, image)
    _wait_for_hosts(settings, cloud, progress)
    _resume(settings, cloud, progress)
    if want_server and not settings.first_server:
        settings = _first_server(settings, cloud, progress)
    _share_memory(settings, progress)
    summary.show(settings, cloud, services.pids())
    if progress.changes:
        print(f"\nThe stack is up ({progress.seconds:.1f} s).")
    else:
        print(f"\nThe stack was running already: nothing was changed ({progress.seconds:.1f} s).")


def _choose_virt(settings, progress) -> Settings:
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


def _configure(settings, progress, known) -> Services:
    """Write the configuration; services that run with another one, or do not answer, are stopped."""
    with progress.step("configuration") as step:
        outdated = config.write(settings)
        if outdated:
            step.changed(f"wrote {settings.config}")
    outdated = outdated or (known is not None and known.hosts != settings.hosts)
    services = Services(settings)
    if services.running() and (outdated or not services.healthy()):
        with progress.step("services") as step:
            services.stop()
            step.changed("stopped: " + ("the configuration changed" if outdated else "they did not answer"))
    return services


def _migrate(settings, services, progress):
    with progress.step("database schema") as step:
        services.migrate()
        step.unchanged("up to date; users and keys are there")
    resume.note(settings)


def _start(services, progress):
    with progress.step("services") as step:
        services.start()
        services.wait()
        step.changed("started, both APIs answer")


def _fill(settings, progress, image) -> Cloud:
    with progress.step("cloud contents") as step:
        if clouds.write(settings.data, config.url(settings, settings.ports.embedded) + "/identity/v3"):
            step.changed("clouds.yaml, openrc")
        cloud = Cloud(settings)
        made = cloud.register(image)
        if made:
            step.changed(", ".join(made))
    return cloud


def _wait_for_hosts(settings, cloud, progress):
    names = config.host_names(settings)
    with progress.step("compute hosts") as step:
        if not process.wait_until(lambda: cloud.hosts_up(names), HOSTS_TIMEOUT):
            raise StackError(f"not all compute hosts are up after {HOSTS_TIMEOUT} s", config.compute_log(settings))
        step.unchanged(f"{len(names)} up" if len(names) > 1 else f"{names[0]} is up")


def _resume(settings, cloud, progress):
    noted = resume.pending(settings)
    if noted:
        with progress.step("servers that ran before") as step:
            started = cloud.start_again(noted)
            if started:
                step.changed(f"started {', '.join(started)}")
            else:
                step.unchanged("all as they were")
    resume.done(settings)


def _first_server(settings, cloud, progress) -> Settings:
    with progress.step("first server") as step:
        settings = dataclasses.replace(settings, first_server=cloud.boot_first())
        settings.save()
        server, = cloud.wait_active([settings.first_server])
        step.changed(f"{server.name} is ACTIVE")
    if not settings.fake:
        with progress.step("its guest") as step:
            cloud.wait_ready(settings.first_server)
            step.changed("says it is ready")
    return settings


def _share_memory(settings, progress):
    with progress.step("sharing of memory") as step:
        try:
            if ksm.turn_on(settings):
                step.changed("turned on (KSM)")
            else:
                step.unchanged("is on")
        except OSError as exc:                  # a machine without it only needs more memory
            step.unchanged(f"not to be had here ({exc.strerror}): each service keeps its own")
