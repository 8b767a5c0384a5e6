"""How pytest-xdist shares out the tests of a layer whose files cannot all run beside each other."""
from xdist.scheduler import LoadScopeScheduling


class Groups(LoadScopeScheduling):
    """One process runs all tests of a group, in order.  ``group_of``: the group of a test file, by its name without
    an ending.  (The mark ``xdist_group`` says the same, but pytest-xdist 3.8 overlooks it with pytest 9.2.)"""

    def __init__(self, config, log, group_of):
        super().__init__(config, log)
        self._group_of = group_of

    def _split_scope(self, nodeid):
        return self._group_of(nodeid.split("::")[0].rpartition("/")[2].removesuffix(".py"))
