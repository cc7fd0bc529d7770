"""Writes types.txt: python3 generate.py GOVMOMI_DIRECTORY > types.txt

Takes the managed objects below, every data object that their properties reach, and a few derived types."""
import re
import sys

MANAGED = """VirtualMachine HostSystem Folder Datacenter ComputeResource ClusterComputeResource ResourcePool VirtualApp
Datastore Network DistributedVirtualPortgroup OpaqueNetwork DistributedVirtualSwitch VmwareDistributedVirtualSwitch
Alarm AlarmManager CustomFieldsManager SessionManager ViewManager ContainerView ManagedObjectView PropertyCollector
SearchIndex ServiceInstance VirtualMachineSnapshot""".split()

DERIVED = """VirtualE1000 VirtualE1000e VirtualVmxnet3 VirtualDisk VirtualCdrom VirtualDiskFlatVer2BackingInfo
VirtualEthernetCardNetworkBackingInfo VirtualEthernetCardDistributedVirtualPortBackingInfo
VirtualEthernetCardOpaqueNetworkBackingInfo UserSession AboutInfo ServiceContent VMwareDVSPortSetting
VmwareDistributedVirtualSwitchVlanIdSpec VmwareDistributedVirtualSwitchTrunkVlanSpec
VmwareDistributedVirtualSwitchPvlanSpec NumericRange VMwareDVSConfigInfo ClusterComputeResourceSummary
ClusterConfigInfoEx NasDatastoreInfo VmfsDatastoreInfo CustomFieldStringValue FaultToleranceConfigInfo
FaultTolerancePrimaryConfigInfo FaultToleranceSecondaryConfigInfo OpaqueNetworkSummary
DVSNameArrayUplinkPortPolicy VirtualAppSummary CustomFieldValue SharesInfo""".split()

XSD = {"string": "string", "bool": "boolean", "int32": "int", "int64": "long", "int16": "short", "byte": "byte",
       "float32": "float", "float64": "double", "time.Time": "dateTime", "AnyType": "anyType",
       "ByteSlice": "base64Binary", "ManagedObjectReference": "ManagedObjectReference"}

HEADER = """\
# The vSphere types the simulator knows: M = managed object, D = data object; name, base, fields as name:type, [] = list.
# Written by generate.py from govmomi 0.46.3 (Apache-2.0), vim25/types/types.go and vim25/mo/mo.go. Do not edit."""


def structs(path):
    with open(path, encoding="utf-8") as source:
        return dict(re.findall(r"^type (\w+) struct \{\n(.*?)^\}", source.read(), re.M | re.S))


def fields(body, data):
    """The base type and the (name, type, is list) triples of one Go struct."""
    base, found = None, []
    for line in map(str.strip, body.splitlines()):
        words = line.split()
        tag = re.search(r'(?:json|xml):"(\w+)', line)
        if not words or line.startswith("//") or words[0] == "Self":
            continue
        if len(words) == 1:
            base = words[0].removeprefix("types.")
        elif tag:
            kind = words[1].removeprefix("[]").removeprefix("*").removeprefix("types.")
            if kind not in XSD and kind.startswith("Base") and kind[4:] in data:
                kind = kind[4:]
            found.append((tag.group(1), XSD.get(kind, kind), words[1].startswith("[]")))
    return base, found


def main(root):
    data, managed = structs(f"{root}/vim25/types/types.go"), structs(f"{root}/vim25/mo/mo.go")
    known, waiting = {}, [("M", name) for name in MANAGED] + [("D", name) for name in DERIVED]
    while waiting:
        letter, name = waiting.pop()
        source = managed if letter == "M" else data
        if name in known or name not in source or name in XSD or name == "DynamicData":
            continue
        base, found = fields(source[name], data)
        known[name] = (letter, base, found)
        waiting += [("D", kind) for _, kind, _ in found]
        if base:
            waiting.append((letter, base))
    print(HEADER)
    for name, (letter, base, found) in sorted(known.items()):
        print(letter, name, base or "-", " ".join(f"{n}:{k}{'[]' if many else ''}" for n, k, many in found))


main(sys.argv[1])
