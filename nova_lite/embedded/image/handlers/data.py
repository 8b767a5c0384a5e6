"""/v2/images/{id}/file: upload and download.

Bytes go to a part file; only when all are on disk does it take the image's name, and only then does
the row become active.  So nothing that looks active is ever incomplete, whenever the process dies.
"""
from collections.abc import Iterator
from wsgiref.util import FileWrapper

import webob

from nova_lite.conf import CONF
from nova_lite.embedded.errors import ApiError, bad_request, conflict, not_found
from nova_lite.embedded.image import files, store
from nova_lite.embedded.image.handlers.images import find, find_own
from nova_lite.embedded.service import Request, no_content


def admit(request: Request):
    """204 when the upload may come.  Asked before its body is taken (``embedded.admission``), and by ``upload``."""
    _check(request)
    return no_content()


def _check(request: Request) -> store.Image:
    item = find_own(request, "modify")
    if request.content_type != "application/octet-stream":
        raise ApiError(415, "Content-Type must be application/octet-stream")
    if item.status not in ("queued", "saving"):
        raise conflict(f"Image status transition from {item.status} to saving is not allowed")
    if not item.disk_format or not item.container_format:
        raise bad_request("Properties disk_format, container_format must be set prior to saving data.")
    if (request.content_length or 0) > CONF.embedded.image_size_cap:
        raise _too_large()
    return item


def upload(request: Request):
    item = _check(request)
    try:
        with files.Upload(item.id) as part:
            _store(request, item, part)
    except files.Busy as exc:
        raise conflict(f"Image {item.id} is being uploaded by another request") from exc
    return no_content()


def _store(request: Request, item: store.Image, part: files.Upload) -> None:
    # "saving" is expected too: with the part file's lock in hand, an earlier upload is known to be dead.
    if not store.change_status(item.id, ("queued", "saving"), "saving"):
        raise conflict(f"Image {item.id} was changed by another request; try again")
    try:
        written = part.write(_chunks(request))
        if request.content_length is not None and written.size != request.content_length:
            raise bad_request("The upload was cut off")
        part.commit()
    except files.TooLarge as exc:
        raise _too_large() from exc
    except OSError as exc:
        part.empty()                # the database may be on this disk too, and is written next
        if files.is_full(exc):
            raise ApiError(413, files.NO_SPACE) from exc
        raise
    else:
        active = store.change_status(item.id, ("saving",), "active", size=written.size, checksum=written.checksum,
                                     os_hash_algo="sha512", os_hash_value=written.sha512,
                                     virtual_size=written.size if item.disk_format == "raw" else None)
        if not active:
            files.discard(item.id)
            raise not_found(f"Image {item.id} was deleted during the upload")
    finally:
        store.change_status(item.id, ("saving",), "queued")     # does nothing after a success


def _too_large() -> ApiError:
    return ApiError(413, f"The image is larger than [embedded] image_size_cap, {CONF.embedded.image_size_cap} bytes.")


def _chunks(request: Request) -> Iterator[bytes]:
    body = request.body_file
    while chunk := body.read(files.CHUNK):
        yield chunk


def download(request: Request):
    item = find(request)
    if item.status != "active":
        return no_content()
    try:
        source = open(files.path_of(item.id), "rb")
    except FileNotFoundError as exc:
        raise not_found(f"The data of image {item.id} could not be found") from exc
    response = webob.Response(content_type="application/octet-stream", charset=None)
    response.headers["Content-MD5"] = item.checksum
    # The server's own wrapper sends the file without a thread of ours.
    response.app_iter = request.environ.get("wsgi.file_wrapper", FileWrapper)(source, 1 << 16)
    response.content_length = item.size
    return response
