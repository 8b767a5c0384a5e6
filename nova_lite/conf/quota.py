"""Default quotas of a project; -1 is unlimited."""
from oslo_config import cfg

GROUP = "quota"
OPTS = [
    cfg.IntOpt("instances", mutable=True, default=10, min=-1, help="Servers."),
    cfg.IntOpt("cores", mutable=True, default=20, min=-1, help="Virtual CPUs."),
    cfg.IntOpt("ram", mutable=True, default=51200, min=-1, help="MiB of memory."),
    cfg.IntOpt("metadata_items", mutable=True, default=128, min=-1, help="Metadata items of one server."),
    cfg.IntOpt("injected_files", mutable=True, default=5, min=-1, help="Personality files of one server."),
    cfg.IntOpt("injected_file_content_bytes", mutable=True, default=10240, min=-1, help="Bytes of one such file."),
    cfg.IntOpt("injected_file_path_length", mutable=True, default=255, min=-1, help="Length of its path."),
    cfg.IntOpt("key_pairs", mutable=True, default=100, min=-1, help="Key pairs of one user."),
    cfg.IntOpt("server_groups", mutable=True, default=10, min=-1, help="Server groups."),
    cfg.IntOpt("server_group_members", mutable=True, default=10, min=-1, help="Servers of one group."),
]
