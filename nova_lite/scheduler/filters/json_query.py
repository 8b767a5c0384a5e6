"""JsonFilter: the hint ``query``, for example ``["and", [">=", "$free_ram_mb", 1024], ["=", "$host", "h1"]]``."""
import json
import operator

import numpy

_COMPARE = {"=": operator.eq, "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge}


class JsonFilter:
    """The hint query is satisfied; one that cannot be understood is by no host."""

    needs = ("io_ops",)

    def hosts(self, spec, arrays):
        query = spec.scheduler_hints.get("query")
        query = query[0] if isinstance(query, list) and query and isinstance(query[0], str) \
            and query[0].lstrip().startswith("[") else query
        if not query:
            return None
        try:
            parsed = json.loads(query) if isinstance(query, str) else query
            return _asked(parsed, _variables(arrays), len(arrays))
        except (ValueError, TypeError, KeyError, IndexError):
            return numpy.zeros(len(arrays), dtype=bool)


def _variables(arrays) -> dict:
    return {"host": arrays.names, "hypervisor_hostname": arrays.nodes, "nodename": arrays.nodes,
            "free_ram_mb": arrays.memory_mb_limit - arrays.memory_mb_used,
            "free_disk_mb": (arrays.local_gb_limit - arrays.local_gb_used) * 1024,
            "total_usable_ram_mb": arrays.memory_mb_limit, "total_usable_disk_gb": arrays.local_gb_limit,
            "vcpus_total": arrays.vcpus_limit, "vcpus_used": arrays.vcpus_used, "num_instances": arrays.running_vms,
            "num_io_ops": arrays.io_ops}


def _asked(query, variables, count):
    """A bool array.  Raises ValueError, KeyError … for what is no query."""
    name, *arguments = query
    if name in ("and", "or"):
        parts = [_asked(part, variables, count) for part in arguments]
        if not parts:
            raise ValueError(name)
        return (numpy.logical_and if name == "and" else numpy.logical_or).reduce(parts)
    if name == "not":
        return ~numpy.logical_and.reduce([_asked(part, variables, count) for part in arguments])
    first, *others = [_value(argument, variables, count) for argument in arguments]
    if not others:
        raise ValueError(name)
    if name == "in":
        return numpy.logical_or.reduce([numpy.asarray(first == other, dtype=bool) for other in others])
    compare = _COMPARE[name]
    return numpy.logical_and.reduce([numpy.asarray(compare(first, other), dtype=bool) for other in others])


def _value(argument, variables, count):
    found = variables[argument[1:].partition(".")[0]] if isinstance(argument, str) and argument.startswith("$") \
        else argument
    return found if isinstance(found, numpy.ndarray) else numpy.full(count, found, dtype=object)
