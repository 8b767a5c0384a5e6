"""Networks: the part of Neutron v2.0 that clients and computes need.

Networks, IPv4 subnets, ports, security groups, floating IPs (kept and shown: no host translates them yet); no routers:
each network is a bridge on its host, which is the guests' gateway and DHCP server.
"""
