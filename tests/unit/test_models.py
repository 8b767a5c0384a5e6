"""What all models have in common."""
from nova_lite.models import Flavor


def test_a_copy_with_other_values_has_other_properties():
    flavor = Flavor("1", "m1.tiny", 1, 512, 1)
    assert flavor.claim.vcpus == 1                  # it is kept
    assert flavor.replace(vcpus=2).claim.vcpus == 2
