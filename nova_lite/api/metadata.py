"""The metadata service: what a guest reads at http://169.254.169.254.

A WSGI application of its own, served by ``cmd.metadata``.  A guest is known by the source address of its
connection alone (the host's filters keep it from using another's), never by a header.  Nothing is
kept between requests: an address may belong to another guest a second later.
"""
import ipaddress
import logging
import posixpath
from collections.abc import Callable

import webob
import webob.dec
import webob.exc

from nova_lite import context, exceptions, instance_metadata
from nova_lite.models import Instance
from nova_lite.network.client import NetworkClient

LOG = logging.getLogger(__name__)
PASSWORD = "password"
_PASSWORD_VERSIONS = tuple(version for version in (*instance_metadata.OPENSTACK_VERSIONS, instance_metadata.LATEST)
                           if version >= "2013-04-04")
EC2_PATHS = (*instance_metadata.EC2_VERSIONS, instance_metadata.LATEST)


class MetadataApp:
    """``get_instance(uuid)`` gives the instance, or None when there is none (or it is deleted).

    ``passwords``: what guests tell of their own: ``get(uuid)`` (None: nothing), ``add(uuid, text)`` (whether it was the
    first), ``MOST`` bytes; None: they cannot tell.
    """

    def __init__(self, network: NetworkClient, get_instance: Callable[[str], Instance | None], dhcp_domain: str,
                 passwords=None):
        self._network, self._get_instance, self._dhcp_domain = network, get_instance, dhcp_domain
        self._passwords = passwords

    @webob.dec.wsgify
    def __call__(self, request: webob.Request) -> webob.Response:
        tells = request.method == "POST" and self._passwords is not None and _is_password(request.path_info)
        if request.method not in ("GET", "HEAD") and not tells:
            raise webob.exc.HTTPMethodNotAllowed(headers={"Allow": "GET, HEAD"})
        try:
            guest = self._guest(request.remote_addr)
            if tells:
                return self._take_password(guest, request.body)
            body, content_type = self._answer(guest, request.path_info)
        except exceptions.NotFound as exc:
            raise webob.exc.HTTPNotFound() from exc
        except exceptions.Invalid as exc:
            raise webob.exc.HTTPBadRequest() from exc
        except exceptions.Conflict as exc:
            raise webob.exc.HTTPConflict() from exc
        except exceptions.ServiceUnavailable as exc:
            LOG.warning("metadata for %s: %s", request.remote_addr, exc)
            raise webob.exc.HTTPServiceUnavailable(headers={"Retry-After": "1"}) from exc
        except Exception as exc:
            LOG.exception("metadata for %s", request.remote_addr)
            raise webob.exc.HTTPInternalServerError() from exc
        return webob.Response(body=body, content_type=content_type, charset="utf-8" if "json" not in content_type
                              else None)

    def _take_password(self, instance: Instance, body: bytes) -> webob.Response:
        """What the guest says its password is, encrypted with its user's key: once."""
        if len(body) > self._passwords.MOST:
            raise exceptions.Invalid()
        try:
            new = self._passwords.add(instance.uuid, body.decode("ascii"))
        except UnicodeDecodeError as exc:
            raise exceptions.Invalid() from exc
        if not new:
            raise exceptions.Conflict()
        return webob.Response(body=b"", content_type="text/plain")

    def _guest(self, address: str | None) -> Instance:
        """The instance that has the address.  Raises NotFound."""
        try:
            ipaddress.ip_address(address or "")
        except ValueError as exc:
            raise exceptions.NotFound() from exc
        uuid = self._network.owner_of_address(context.admin_context(), address)
        instance = self._get_instance(uuid) if uuid else None
        if instance is None or instance.deleted or instance.uuid != uuid:
            LOG.info("no guest has the address %s", address)
            raise exceptions.NotFound()
        return instance

    def _answer(self, instance: Instance, path: str) -> tuple[bytes, str]:
        """Content and its type.  Raises NotFound."""
        parts = [part for part in posixpath.normpath("/" + path).split("/") if part]
        if not parts:
            return _listing([f"{name}/" for name in EC2_PATHS])
        if parts[0] == "openstack":
            return self._openstack(instance, parts[1:])
        if parts[0] in EC2_PATHS:
            return self._ec2(instance, parts[1:])
        raise exceptions.NotFound()

    def _openstack(self, instance: Instance, parts: list[str]) -> tuple[bytes, str]:
        tree = instance_metadata.openstack_tree(instance, instance.network_info, dhcp_domain=self._dhcp_domain)
        wanted = "/".join(parts)
        if self._passwords is not None:
            if _is_password(f"/openstack/{wanted}"):
                return (self._passwords.get(instance.uuid) or "").encode(), "text/plain"
            tree |= {f"{version}/{PASSWORD}": b"" for version in _PASSWORD_VERSIONS}
        if wanted in tree:
            return tree[wanted], "application/json" if wanted.endswith(".json") else "text/plain"
        below = wanted + "/" if wanted else ""
        names = dict.fromkeys(name[len(below):].partition("/")[0] for name in tree if name.startswith(below))
        if not names:
            raise exceptions.NotFound()
        return _listing(list(names))

    def _ec2(self, instance: Instance, parts: list[str]) -> tuple[bytes, str]:
        script = instance_metadata.user_data(instance)
        if not parts:
            return _listing(["meta-data/"] + (["user-data"] if script is not None else []))
        if parts == ["user-data"] and script is not None:
            return script, "text/plain"
        if parts[0] != "meta-data":
            raise exceptions.NotFound()
        level = instance_metadata.ec2_meta_data(instance, instance.network_info, dhcp_domain=self._dhcp_domain)
        for part in parts[1:]:
            if not isinstance(level, dict):
                raise exceptions.NotFound()
            # a key is listed as "0=name" and asked for as "0"
            level = next((value for name, value in level.items() if part in (name, name.partition("=")[0])), None)
        if level is None:
            raise exceptions.NotFound()
        if isinstance(level, dict):
            return _listing([name if "=" in name or not isinstance(value, dict) else name + "/"
                             for name, value in level.items()])
        return level.encode(), "text/plain"


def _is_password(path: str) -> bool:
    parts = [part for part in posixpath.normpath("/" + path).split("/") if part]
    return len(parts) == 3 and parts[0] == "openstack" and parts[1] in _PASSWORD_VERSIONS and parts[2] == PASSWORD


def _listing(names: list[str]) -> tuple[bytes, str]:
    return "\n".join(names).encode(), "text/plain"
