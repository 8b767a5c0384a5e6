"""Networks: the part of Neutron v2.0 that clients and computes need.

Networks, IPv4 subnets, ports, security groups, floating IPs (which the guests' hosts translate), a network for a
project that has none; no routers: each network is a bridge on its host, which is the guests' gateway and DHCP server.
"""
