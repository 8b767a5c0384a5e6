"""Queries and answers of moves."""
from nova_lite.api.schemas import parameter_types as types

_FIRST = {"hidden": types.TEXT, "host": types.TEXT, "instance_uuid": types.TEXT, "source_compute": types.TEXT,
          "status": types.TEXT, "migration_type": types.TEXT}
_LIST_59 = types.strict({**_FIRST, "instance_uuid": types.each(types.UUID), **{
    name: types.once(parameter) for name, parameter in (*types.PAGE.items(), ("changes-since", types.DATE_TIME))}})
_LIST_66 = types.extended(_LIST_59, **{"changes-before": types.once(types.DATE_TIME)})
LIST = (("2.1", {**types.strict(_FIRST), "additionalProperties": True}), ("2.59", _LIST_59), ("2.66", _LIST_66),
        ("2.80", types.extended(_LIST_66, user_id=types.once(types.TEXT), project_id=types.once(types.TEXT))))
FORCE_COMPLETE = (("2.22", types.strict({"force_complete": types.NULL}, ("force_complete",))),)

# -- answers -----------------------------------------------------------------------------------------------
_ENDS = {"id": types.INTEGER, "status": types.STRING, "source_compute": types.STRING, "source_node": types.STRING,
         "dest_compute": types.or_null(types.STRING), "dest_node": types.or_null(types.STRING),
         "dest_host": types.or_null(types.STRING), "created_at": types.MICROSECONDS,
         "updated_at": types.or_null(types.MICROSECONDS)}
_WHO = {"user_id": types.STRING, "project_id": types.STRING}
LISTED = types.growing(
    lambda properties: types.exact({"migrations": types.listed(types.exact(properties)),
                                    "migrations_links": types.LINKS}, ("migrations_links",)),
    ("2.1", {**_ENDS, "instance_uuid": types.UUID, "old_instance_type_id": types.or_null(types.INTEGER),
             "new_instance_type_id": types.or_null(types.INTEGER)}),
    ("2.23", {"migration_type": types.STRING}), ("2.59", {"uuid": types.UUID}), ("2.80", _WHO))
_AMOUNT = types.or_null(types.INTEGER)
_LIVE = (("2.1", {**_ENDS, "server_uuid": types.UUID, "memory_total_bytes": _AMOUNT, "memory_processed_bytes": _AMOUNT,
                  "memory_remaining_bytes": _AMOUNT, "disk_total_bytes": _AMOUNT, "disk_processed_bytes": _AMOUNT,
                  "disk_remaining_bytes": _AMOUNT}), ("2.59", {"uuid": types.UUID}), ("2.80", _WHO))
OF_SERVER = types.growing(lambda properties: types.exact({"migrations": types.listed(types.exact(properties))}), *_LIVE)
SHOWN = types.growing(lambda properties: types.exact({"migration": types.exact(properties)}), *_LIVE)
