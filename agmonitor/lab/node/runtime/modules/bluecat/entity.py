"""``bluecat.entity``: the kinds of things that Address Manager keeps."""

from __future__ import annotations

from agmonitor.lab.node.runtime import modules


class _Kinds(type):
    """Says of a kind that is not listed where to add it."""

    def __getattr__(cls, name: str) -> object:
        raise AttributeError(modules.lacks("bluecat.entity:Entity", name), name=name)


class Entity(metaclass=_Kinds):
    """Each kind by its name."""

    AliasRecord: str = "AliasRecord"
    Configuration: str = "Configuration"
    CustomOptionDef: str = "CustomOptionDef"
    DHCP4Range: str = "DHCP4Range"
    DHCP6Range: str = "DHCP6Range"
    Device: str = "Device"
    DeviceSubtype: str = "DeviceSubtype"
    DeviceType: str = "DeviceType"
    EnumNumber: str = "EnumNumber"
    EnumZone: str = "EnumZone"
    ExternalHostRecord: str = "ExternalHostRecord"
    GenericRecord: str = "GenericRecord"
    HINFORecord: str = "HINFORecord"
    HostRecord: str = "HostRecord"
    IP4Address: str = "IP4Address"
    IP4Block: str = "IP4Block"
    IP4IPGroup: str = "IP4IPGroup"
    IP4Network: str = "IP4Network"
    IP4NetworkTemplate: str = "IP4NetworkTemplate"
    IP6Address: str = "IP6Address"
    IP6Block: str = "IP6Block"
    IP6Network: str = "IP6Network"
    InternalRootZone: str = "InternalRootZone"
    Location: str = "Location"
    MACAddress: str = "MACAddress"
    MACPool: str = "MACPool"
    MXRecord: str = "MXRecord"
    NAPTRRecord: str = "NAPTRRecord"
    NetworkServerInterface: str = "NetworkServerInterface"
    PublishedServerInterface: str = "PublishedServerInterface"
    RecordWithLink: str = "RecordWithLink"
    ResponsePolicy: str = "ResponsePolicy"
    SRVRecord: str = "SRVRecord"
    Server: str = "Server"
    ServerGroup: str = "ServerGroup"
    StartOfAuthority: str = "StartOfAuthority"
    TFTPGroup: str = "TFTPGroup"
    TXTRecord: str = "TXTRecord"
    Tag: str = "Tag"
    TagGroup: str = "TagGroup"
    TSIGKey: str = "TSIGKey"
    User: str = "User"
    UserGroup: str = "UserGroup"
    View: str = "View"
    Zone: str = "Zone"
    ZoneTemplate: str = "ZoneTemplate"
