"""Options of the libvirt driver."""
from oslo_config import cfg

GROUP = "libvirt"
OPTS = [
    cfg.StrOpt("connection_uri", default="qemu:///system", help="libvirt URI."),
    cfg.StrOpt("virt_type", default="qemu", choices=["kvm", "qemu"], help="Domain type: kvm or emulation."),
    cfg.StrOpt("instances_path", default="$state_path/instances", help="Directory of the guests' files."),
    cfg.StrOpt("images_cache_path", default="$state_path/_base", help="Directory of base images."),
    cfg.StrOpt("cpu_mode", default="none", choices=["none", "host-model", "host-passthrough", "custom"],
               help="How the guest's CPU is chosen."),
    cfg.StrOpt("cpu_model", default="", help="Model name for cpu_mode=custom."),
    cfg.StrOpt("machine_type", default="pc", help="QEMU machine type. Guests of the pc ones are told in their "
               "metadata at which address on the bus their tagged devices are; of others QEMU decides."),
    # B104: the other hosts must reach it; without a token of the disks nobody is given anything.
    cfg.HostAddressOpt("disk_transfer_listen", default="0.0.0.0",  # nosec B104
                       help="Address at which this host gives the disks of servers that move to another host."),
    cfg.PortOpt("disk_transfer_port", default=8779, help="Its port; opened when the first server leaves."),
    cfg.StrOpt("disk_transfer_address", default="",
               help="Name or address by which the other hosts reach it; empty: [DEFAULT] host."),
    cfg.StrOpt("instance_name_template", default="instance-%s",
               help="Domain name; %s is the uuid's first 8 characters."),
    cfg.IntOpt("console_log_max_bytes", mutable=True, default=1048576, min=4096,
               help="Most bytes of a console answer."),
    cfg.IntOpt("device_detach_attempts", mutable=True, default=8, min=1,
               help="Times a guest is asked to let go of a device."),
    cfg.IntOpt("device_detach_timeout", mutable=True, default=20, min=1,
               help="Seconds a guest is waited for each time it is asked to let go of a device."),
    cfg.IntOpt("rng", default=1, min=0, max=1, help="1: give guests a virtio random device."),
]
