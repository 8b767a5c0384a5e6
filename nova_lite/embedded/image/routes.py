"""The image API on one screen."""
from nova_lite.embedded.image.handlers import data, images, members, versions
from nova_lite.embedded.image.views import fault
from nova_lite.embedded.service import Service

PUBLIC_PATHS = frozenset(("", "/", "/v2", "/v2/"))
_IMAGE = "/v2/images/{image_id}"
ROUTES = {
    "/": {"GET": versions.list_versions},
    "/versions": {"GET": versions.show_version},
    "/v2": {"GET": versions.show_version},
    "/v2/images": {"GET": images.list_images, "POST": images.create_image},
    _IMAGE: {"GET": images.show_image, "PATCH": images.update_image, "DELETE": images.delete_image},
    _IMAGE + "/file": {"GET": data.download, "PUT": data.upload},
    _IMAGE + "/tags/{tag}": {"PUT": images.put_tag, "DELETE": images.delete_tag},
    _IMAGE + "/tasks": {"GET": images.list_tasks},
    _IMAGE + "/members": {"GET": members.list_members, "POST": members.create_member},
    _IMAGE + "/members/{member_id}": {"GET": members.show_member, "PUT": members.update_member,
                                      "DELETE": members.delete_member},
    "/v2/schemas/image": {"GET": versions.show_image_schema},
    "/v2/schemas/images": {"GET": versions.show_images_schema},
}


def make_app() -> Service:
    return Service("image", ROUTES, fault)


def make_admission() -> Service:
    """Answers an upload's headers as the app would answer the upload, but for what only its bytes can tell."""
    return Service("image", {_IMAGE + "/file": {"PUT": data.admit}}, fault)
