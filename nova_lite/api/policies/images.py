"""Images, as before 2.36: whoever may ask the image service."""
from nova_lite.api.policies import ANY, documented

BASE = "nova_lite_api:images"

rules = [
    documented(BASE, ANY, "List, show and delete images, and change their metadata; the image service says who may.",
               ("GET", "/images"), ("GET", "/images/detail"), ("GET", "/images/{image_id}"),
               ("DELETE", "/images/{image_id}"), ("GET", "/images/{image_id}/metadata"),
               ("POST", "/images/{image_id}/metadata"), ("PUT", "/images/{image_id}/metadata"),
               ("GET", "/images/{image_id}/metadata/{key}"), ("PUT", "/images/{image_id}/metadata/{key}"),
               ("DELETE", "/images/{image_id}/metadata/{key}")),
]
