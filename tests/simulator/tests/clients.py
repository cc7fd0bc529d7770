"""Logs in with pyVmomi and prints one JSON line a VM: clients.py PORT USER PASSWORD

The VMs are read twice, page by page through the property collector and attribute by attribute through the view."""
import json
import ssl
import sys

from pyVim.connect import Disconnect, SmartConnect
from pyVmomi import vim, vmodl

PATHS = ["name", "config.uuid", "config.instanceUuid", "runtime.powerState"]


def pages(content, view):
    collector = vmodl.query.PropertyCollector
    traversal = collector.TraversalSpec(name="view", path="view", skip=False, type=vim.view.ContainerView)
    start = collector.ObjectSpec(obj=view, skip=True, selectSet=[traversal])
    wanted = collector.PropertySpec(type=vim.VirtualMachine, pathSet=PATHS)
    spec = collector.FilterSpec(objectSet=[start], propSet=[wanted])
    options = collector.RetrieveOptions(maxObjects=1000)
    result = content.propertyCollector.RetrievePropertiesEx([spec], options)
    while result:
        yield result.objects
        token = result.token
        result = content.propertyCollector.ContinueRetrievePropertiesEx(token) if token is not None else None


def check_attributes(vm, values):
    """The attributes of an object, read one by one and as whole structures, agree with its page."""
    assert vm.name == values["name"]
    assert vm.config.uuid == vm.summary.config.uuid == values["config.uuid"]
    assert vm.config.instanceUuid == values["config.instanceUuid"]
    assert vm.runtime.powerState == vm.summary.runtime.powerState == values["runtime.powerState"]
    assert vm.guest.toolsStatus in ("toolsOk", "toolsNotRunning")
    assert vm.config.hardware.numCPU == vm.summary.config.numCpu == 2
    assert vm.runtime.host.name and vm.runtime.host.hardware.systemInfo.uuid
    assert vm.parent.name and vm.resourcePool.owner.name
    assert [datastore.summary.type for datastore in vm.datastore] == ["VMFS"]
    assert vm.config.managedBy is None and vm.parentVApp is None
    assert vm.customValue == [] and vm.triggeredAlarmState == []


def main(port, user, password):
    context = ssl._create_unverified_context()
    instance = SmartConnect(host="127.0.0.1", port=int(port), user=user, pwd=password, sslContext=context)
    content = instance.RetrieveContent()
    assert content.sessionManager.currentSession.userName == user
    assert instance.CurrentTime()
    view = content.viewManager.CreateContainerView(content.rootFolder, [vim.VirtualMachine], True)
    found = {}
    for number, page in enumerate(pages(content, view)):
        assert len(page) <= 100
        for item in page:
            values = {prop.name: prop.val for prop in item.propSet}
            assert not item.missingSet
            found[item.obj._moId] = values
            if len(found) % 50 == 1:
                check_attributes(item.obj, values)
    assert sorted(vm._moId for vm in view.view) == sorted(found)
    datacenters = [child for child in content.rootFolder.childEntity if isinstance(child, vim.Datacenter)]
    assert datacenters and datacenters[0].vmFolder.childEntity
    view.Destroy()
    try:
        content.propertyCollector.ContinueRetrievePropertiesEx("nothing")
        raise AssertionError("a bad token was accepted")
    except vmodl.fault.InvalidArgument as fault:
        assert fault.invalidProperty == "token"
    Disconnect(instance)
    for moref, values in found.items():
        print(json.dumps([moref] + [values[path] for path in PATHS]))


try:
    SmartConnect(host="127.0.0.1", port=int(sys.argv[1]), user=sys.argv[2], pwd="wrong",
                 sslContext=ssl._create_unverified_context())
    raise AssertionError("a wrong password was accepted")
except vim.fault.InvalidLogin as refused:
    assert refused.msg == "Cannot complete login due to an incorrect user name or password.", refused.msg
main(*sys.argv[1:])
