"""Rebuild: another guest for the same server."""
import dataclasses

from nova_lite.compute.api import fits
from nova_lite.compute.api.base import Orders
from nova_lite.conf import CONF
from nova_lite.models import Instance


@dataclasses.dataclass(frozen=True)
class RebuildRequest:
    """A rebuild, checked for form.  ``changes``: fields of Instance that shall be others from now on (names, metadata,
    user_data in base64, key_name …).  The values of ``injected_files`` are base64, as given."""

    image_id: str
    admin_password: str
    changes: dict = dataclasses.field(default_factory=dict)
    injected_files: dict = dataclasses.field(default_factory=dict)


class RebuildActions(Orders):
    def rebuild(self, context, instance: Instance, request: RebuildRequest) -> Instance:
        """Make its guest anew; returns the server.  Raises ImageNotFound, KeypairNotFound and what does not fit."""
        self._guard(context, instance, "rebuild", "rebuild")
        image = self.image(context, request.image_id)
        fits.image(instance.flavor, image)
        changes = {**request.changes, "image_ref": image.id, "image_meta": image, "progress": 0}
        fits.metadata(changes.get("metadata", {}))
        if "key_name" in changes:
            changes["key_data"] = self.key_data(instance.user_id, changes["key_name"])
        secrets = {"admin_password": request.admin_password}
        if request.injected_files:
            secrets["injected_files"] = request.injected_files
        # With another attempt the guest that is there is nobody's: whatever happens, it is not taken for the new one.
        return self._order(context, instance, "rebuild", "rebuild", "rebuild_instance", method="rebuild",
                           values=lambda row: {**changes, "attempt": row.attempt + 1}, secrets=secrets,
                           timeout=CONF.workflow.build_timeout)
