"""The public repository of real workflows: how many can be loaded, and what six of them answer without a BAM.

Its folder is given with ``--gateway-workflows DIR``; without it these tests are skipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.node.pair import RESOURCES, Node, Pair, eventually
from tests.lab.node.runtime.trying import tried

WORKFLOWS = 87
IMPORTED_AT_LEAST = 65
UI_PAGES_AT_LEAST = 53
NO_ADDRESS_MANAGER = "There is no Address Manager"


@pytest.fixture(scope="module")
def node(public_workflows: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node with all of them."""
    folders = [RESOURCES / "gateway_workflow", public_workflows]
    with Pair(tmp_path_factory.mktemp("public"), workflows=folders) as pair:
        yield pair.a.start()


def test_most_can_be_imported_and_most_first_pages_answer(public_workflows: Path, tmp_path: Path) -> None:
    result = tried(public_workflows, tmp_path, pages=True)

    assert len(result.workflows) == WORKFLOWS
    assert WORKFLOWS - len(result.failed) >= IMPORTED_AT_LEAST
    pages = [one.page for one in result.workflows if one.kind == "ui" and one.page is not None]
    answered = [page for page in pages if page.status is not None and page.status < 500]
    assert len(answered) >= UI_PAGES_AT_LEAST
    assert all("(" in one.reason for one in result.failed), "each says where"


def test_a_node_tells_of_each_what_became_of_it(node: Node) -> None:
    child = node.child
    assert child is not None
    eventually(
        lambda: sum(event.get("event") == "workflow" for event in child.events) > WORKFLOWS, "all are told"
    )
    loaded = [e["workflow"] for e in child.events if e.get("event") == "workflow" and not e["error"]]
    assert len(loaded) > IMPORTED_AT_LEAST


def test_rest_endpoints(node: Node) -> None:
    assert node.send("GET", "/rest_endpoints/no_auth_test").json == {"answer": 42}
    assert node.send("GET", "/rest_endpoints/autologin").json == {"username": "testuser"}
    put = node.ask("PUT", "/rest_endpoints/put_test", {"foo": "this"})
    assert put.json == {"result": "this plus some extra"}
    assert node.send("GET", "/rest_endpoints/get_test").status == 401
    answer = node.ask("GET", "/rest_endpoints/get_test")
    assert answer.status == 500
    assert NO_ADDRESS_MANAGER in answer.json["message"]


def test_nav_zones(node: Node) -> None:
    assert node.ask("GET", "/nav_zones").status == 308
    page = node.ask("GET", "/nav_zones/")
    assert page.status == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert node.ask("GET", "/nav_zones/js/nav_zones.js").status == 200
    assert node.send("GET", "/nav_zones/").headers["Location"].endswith("/login?next=%2Fnav_zones%2F")
    answer = node.send("GET", "/nav_zones/api/v1/configurations/")
    assert (answer.status, answer.json["code"]) == (401, "Unauthorized")
    assert NO_ADDRESS_MANAGER in node.ask("GET", "/nav_zones/api/v1/configurations/").json["message"]


def test_health_telemetries_are_pushed_to_one_workflow_and_read_from_another(node: Node) -> None:
    activity = {
        "key": "k1",
        "time": 1_767_603_620_000_000_000,
        "serverId": "bdds-1",
        "sourceAddress": "192.0.2.9",
        "dataType": "Message",
        "messageType": "QUERY",
    }
    pushed = node.send("POST", "/api/v1/health_telemetries/dns_activities", [activity])
    assert pushed.json == {"success": True}
    assert "192.0.2.9" in node.ask("GET", "/dns_activity_viewer/load_activities?start=0&count=10").text
    assert node.ask("GET", "/dns_activity_viewer/dns_activity_viewer_endpoint").status == 200


def test_manage_dhcp(node: Node) -> None:
    assert node.ask("GET", "/manage_dhcp/endpoint").json == {"message": "The manage_dhcp service is running"}
    lacking = node.ask("POST", "/manage_dhcp/create_reservation", {"ip": "192.0.2.9"})
    assert (lacking.status, "mac not provided" in lacking.text) == (400, True)
    whole = node.ask(
        "POST", "/manage_dhcp/create_reservation", {"ip": "192.0.2.9", "mac": "00:00:5e:00:53:01"}
    )
    assert (whole.status, NO_ADDRESS_MANAGER in whole.text) == (500, True)


def test_table_component_registers_its_endpoints_when_its_form_is_drawn(node: Node) -> None:
    page = node.ask("GET", "/table_component/table_component_endpoint")
    assert (page.status, "Localnetworks" in page.text, "HostRecord" in page.text) == (200, True, True)
    form = {"Content-Type": "application/x-www-form-urlencoded", "auth": f"Basic {node.sign_in()}"}
    asked = b"keyword=x&object_type=View"
    found = node.send("POST", "/table_component/find_objects_by_type", asked, form).json
    assert (found["status"], NO_ADDRESS_MANAGER in found["message"]) == ("FAIL", True)
    table = node.send("POST", "/table_component/server_table_data", asked, form).json
    assert table["data"]["table_field"]["data"] == [["x", "View"]]


def test_dump_data(node: Node) -> None:
    assert node.ask("GET", "/dump_data/css/dump_data_page.css").status == 200
    page = node.ask("GET", "/dump_data/dump_data_endpoint")
    assert (page.status, 'action="/dump_data/form"' in page.text) == (200, True)
    records = node.ask("GET", "/dump_data/get_records").json
    assert (records["failed"], NO_ADDRESS_MANAGER in records["message"]) == (True, True)
    dumped = node.ask("POST", "/dump_data/form")
    assert (dumped.status, dumped.headers["Location"]) == (302, "/dump_data/dump_data_endpoint")
