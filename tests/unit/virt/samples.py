"""Values that the tests of the virt drivers share."""
import datetime

from nova_lite.models import FixedIP, Flavor, Instance, Network, Subnet, Vif

UUID = "3f9c2f6e-7f0e-4c0b-9d55-0a1b2c3d4e5f"
SUBNET = Subnet(id="5ub-1", cidr="10.20.0.0/24", gateway="10.20.0.1", dhcp_server="10.20.0.1", dns=("9.9.9.9",),
                routes=({"destination": "10.30.0.0/16", "nexthop": "10.20.0.9"},))
NETWORK = Network(id="c0ffee00-1111-4222-8333-444455556666", label="private", mtu=1450, subnets=(SUBNET,))
VIF = Vif(id="aabbccdd-eeff-4000-8000-000000000001", mac="fa:16:3e:01:02:03", network=NETWORK,
          fixed_ips=(FixedIP("10.20.0.5", "5ub-1"),), devname="tapaabbccdd-ee", security_groups=("default",))
INSTANCE = Instance(
    uuid=UUID, project_id="project-1", user_id="user-1", display_name="web & <mail>", hostname="web-mail",
    flavor=Flavor("1", "m1.tiny", vcpus=1, memory_mb=128, root_gb=1, ephemeral_gb=2, swap=64), id=26, attempt=3,
    availability_zone="nova", image_ref="0a1b2c3d-0000-4000-8000-00000000abcd", key_name="demo",
    key_data="ssh-ed25519 AAAA demo", metadata={"role": "web"}, user_data="IyEvYmluL3NoCg==", config_drive=True,
    reservation_id="r-12345678", network_info=(VIF,), security_groups=("default",),
    created_at=datetime.datetime(2026, 1, 2, 3, 4, 5))
