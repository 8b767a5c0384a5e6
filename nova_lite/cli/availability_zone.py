"""``availability zone list``."""
from nova_lite.cli.command import CloudLister


class ListZones(CloudLister):
    """List availability zones"""

    examples = ("availability zone list",)
    columns = (("Zone Name", "name"),
               ("Zone Status", lambda zone: "available" if (zone.state or {}).get("available") else "not available"))

    def take_action(self, args):
        return self.table(self.cloud.compute.availability_zones())
