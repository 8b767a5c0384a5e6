"""Remote consoles and their tokens."""
from nova_lite.api.policies import ADMIN, MEMBER, documented

rules = [
    documented("os_compute_api:os-remote-consoles", MEMBER, "Get the URL of a server's console.",
               ("POST", "/servers/{server_id}/remote-consoles"),
               ("POST", "/servers/{server_id}/action (os-getVNCConsole)"),
               ("POST", "/servers/{server_id}/action (os-getSPICEConsole)"),
               ("POST", "/servers/{server_id}/action (os-getSerialConsole)"),
               ("POST", "/servers/{server_id}/action (os-getRDPConsole)")),
    documented("os_compute_api:os-console-auth-tokens", ADMIN, "Show what a console's token is for.",
               ("GET", "/os-console-auth-tokens/{console_token}")),
]
