"""``bluecat.constants``: words and numbers of Address Manager. Values nobody documents are ours."""

from __future__ import annotations

MAX_COUNT = 2147483647


class SelectiveDeploymentStatus:
    """How a selective deployment stands."""

    CANCELLED: str = "CANCELLED"
    FAILED: str = "FAILED"
    FINISHED: str = "FINISHED"
    QUEUED: str = "QUEUED"
    STARTED: str = "STARTED"
    SUCCEEDED: str = "SUCCEEDED"
    WARNING: str = "WARNING"


class IPAssignmentActionValues:
    """What an assigned address becomes."""

    MAKE_STATIC: str = "MAKE_STATIC"
    MAKE_RESERVED: str = "MAKE_RESERVED"
    MAKE_DHCP_RESERVED: str = "MAKE_DHCP_RESERVED"


class BAMStats:
    """What Address Manager counts."""

    DB_SIZE: str = "DB_SIZE"
    ENTITY_COUNT: str = "ENTITY_COUNT"
    GROUP_COUNT: str = "GROUP_COUNT"
    IP4_ADDRESS_COUNT: str = "IP4_ADDRESS_COUNT"
    IP4_BLOCK_COUNT: str = "IP4_BLOCK_COUNT"
    IP4_NETWORK_COUNT: str = "IP4_NETWORK_COUNT"
    LOCATION_COUNT: str = "LOCATION_COUNT"
    MAC_ADDRESS_COUNT: str = "MAC_ADDRESS_COUNT"
    RESOURCE_RECORD_COUNT: str = "RESOURCE_RECORD_COUNT"
    USER_COUNT: str = "USER_COUNT"
    VIEW_COUNT: str = "VIEW_COUNT"
    ZONE_COUNT: str = "ZONE_COUNT"
