"""Every module and name that a Gateway offers its workflows is there, and behaves as far as a lab can."""

from __future__ import annotations

import json
from pathlib import Path

from tests.lab.node.runtime.trying import tried
from tests.lab.node.runtime.workflow_folders import page, workflow

NAMES = {
    "main_app": "app",
    "app_user": "UserSession",
    "availability_group.api": "EventId NodeRole Role HeartbeatMethod get_node_state subscribe",
    "bluecat": "route util entity constants user user_group tag",
    "bluecat.util": (
        "workflow_permission_required rest_workflow_permission_required exception_catcher "
        "rest_exception_catcher ui_secure_endpoint no_cache autologin get_text safe_str get_configurations "
        "properties_to_map map_to_properties has_response is_valid_ipv4_address is_valid_ipv6_address "
        "ip42int int2ip4 get_password_from_file"
    ),
    "bluecat.gateway.decorators": "require_user require_permission api_exc_handler page_exc_handler",
    "bluecat.api_exception": (
        "PortalException BAMException APIException RESTException AuthenticationError safe_str"
    ),
    "bluecat.entity": "Entity",
    "bluecat.constants": "SelectiveDeploymentStatus IPAssignmentActionValues BAMStats MAX_COUNT",
    "bluecat.server_endpoints": (
        "empty_decorator get_result_template get_ip4_address_endpoint get_host_records_endpoint "
        "get_alias_records_endpoint get_text_records_endpoint"
    ),
    "bluecat.wtform_extensions": "GatewayForm validate_element_in_tuple",
    "bluecat.wtform_fields": (
        "CustomStringField Configuration View Zone IP4Address TableField CustomSubmitField "
        "CustomSearchButtonField CustomButtonField CustomSelectField CustomBooleanField "
        "SimpleAutocompleteField ValidatingStringField FilteredSelectField PlainHTML HostRecord AliasRecord "
        "NoPreValidationSelectField"
    ),
    "bluecat.wtform_fields.custom_string_field": "CustomStringField",
    "bluecat.wtform_fields.custom_select_field": "CustomSelectField",
    "bluecat.ui_components.wtform_widgets": "SuperSelect",
    "bluecat.platform_integration.address_manager": "BAMAPI",
    "bluecat.ip4_address": "IP4Address",
    "bluecat.user": "User",
    "config.default_config": "language default_configuration default_view api_url workflows",
    "bluecat_portal.config": "default_configuration",
    "bluecat_portal.customizations.own.things": "HERE",
}
BEHAVES = """
import config.default_config as config
from bluecat import util
from bluecat.api_exception import PortalException
from flask import g

assert config.language == "en"
assert util.properties_to_map("a=b|c=d=e|") == {"a": "b", "c": "d=e"}
assert util.map_to_properties({"a": "b", "c": 1}) == "a=b|c=1|"
assert util.int2ip4(util.ip42int("192.0.2.1")) == "192.0.2.1"
assert util.is_valid_ipv4_address("192.0.2.1") and not util.is_valid_ipv4_address("192.0.2.256")
assert util.is_valid_ipv6_address("::1") and not util.is_valid_ipv6_address("192.0.2.1")
assert util.safe_str(b"caf\\xc3\\xa9") == "caf\\u00e9"
assert util.get_configurations(default_val=True) == [("1", "Please Select")]
assert not util.has_response({"id": 0}) and util.has_response({"id": 1}) and not util.has_response(None)
"""
USES_USER = """user = g.user
    user.logger.error("failed", msg_type=user.logger.EXCEPTION)
    told = [user.get_username(), user.get_unique_name(), user.get_options(), g.version, g.use_rest]
    for ask in (user.get_api, lambda: user.bam_api.v2, lambda: user.micetro_api):
        try:
            ask()
        except PortalException as error:
            told.append(error.get_message())
    try:
        user.no_such
    except AttributeError as error:
        told.append(str(error))
    assert told[:5] == ["monitor", "monitor", [], "lab", False], told
    assert len(told) == 9 and all("Address Manager" in text for text in told[5:8]), told
    assert "no 'no_such'; it would be added in agmonitor/lab/node/runtime/user.py" in told[8], told
    return "fine"
"""


def imports() -> str:
    lines = [f"from {module} import {', '.join(names.split())}" for module, names in NAMES.items()]
    return "\n".join([*lines, "from bluecat.wtform_fields import *", "import bluecat.api", BEHAVES])


def test_every_documented_name_is_there_and_the_user_tells_what_a_lab_has_not(tmp_path: Path) -> None:
    folder = tmp_path / "workflows"
    workflow(folder / "all_names", page("all_names", USES_USER, imports()))
    things = folder / "customizations" / "own"
    things.mkdir(parents=True)
    (things / "things.py").write_text("HERE = True\n")
    (one,) = tried(folder, tmp_path, pages=True).workflows

    assert one.reason == ""
    assert one.page is not None
    assert (one.page.status, one.page.reason) == (200, "")


FORM = """
from bluecat.server_endpoints import get_ip4_address_endpoint
from bluecat.wtform_extensions import GatewayForm
from bluecat.wtform_fields import *
from flask import render_template

def choose(default_val=False):
    return [("1", "one")]

class Form(GatewayForm):
    workflow_name = "forms"
    workflow_permission = "forms_page"
    text_line = CustomStringField(label="Line", required=True, is_disabled_on_start=False)
    address = IP4Address(
        label="Address", workflow_name="forms", permissions="forms_page", inputs={"address": "address"},
        server_side_method=get_ip4_address_endpoint, on_complete=[], result_decorator=None,
    )
    choice = CustomSelectField(label="Choice", choices_function=choose, enable_on_complete=["x"])
    configuration = Configuration(label="Configuration", coerce=int, clear_below_on_change=False)
    table = TableField(data_function=lambda: {"columns": [{"title": "head"}], "data": [["<cell>"]]})
    broken = TableField(label="", data_function=lambda *_: 1 / 0)
    html = PlainHTML("<i>as it is</i>")
    submit = CustomSubmitField(label="Send")

"""
ASK_ALL = """html = render_template("forms.html", form=Form(), text={"title": "T"})
    from main_app import app
    assert "formsget_ip4_address" in app.view_functions
    for part in ("Line", 'name="csrf_token"', ">one<", "Please Select", "<td>head</td>", "&lt;cell&gt;",
                 "ZeroDivisionError", "<i>as it is</i>", 'value="Send"', "/forms/sent"):
        assert part in html, part
    answer = app.test_client().post("/forms/get_ip4_address")
    assert answer.get_json()["status"] == "FAIL", answer.data
    return html
"""
TEMPLATE = """{% extends "base-no-box.html" %}
{% block heading %}{{ text["title"] }} {{ g.version | urlencode }}{% endblock %}
{% block custom %}{% from "form_helper.html" import render_form, render_field %}
{{ render_form(form, action="/forms/sent", id="x") }}{{ render_field(form.text_line) }}{% endblock %}
"""


def test_forms_draw_their_fields_and_register_their_endpoints(tmp_path: Path) -> None:
    folder = workflow(tmp_path / "workflows" / "forms", page("forms", ASK_ALL, FORM))
    (folder / "templates").mkdir()
    (folder / "templates" / "forms.html").write_text(TEMPLATE)
    (one,) = tried(tmp_path / "workflows", tmp_path, pages=True).workflows

    assert one.page is not None, one.reason
    assert (one.page.status, one.page.reason) == (200, "")


READS_FILES = """from main_app import app
    page = render_template("same.html")
    assert page == {expected!r}, page
    client = app.test_client()
    kinds = ("css", "js", "img")
    served = {{kind: client.get(f"/{{name}}/{{kind}}/own.{{kind}}").status_code for kind in kinds}}
    assert served == {{"css": 200, "js": 404, "img": 404}}, served
    assert client.get("/{{name}}/css/../{{name}}_page.py").status_code == 404
    assert util.get_text({folder!r}, "ja") == {{"title": "An = sign", "empty": ""}}
    return page
"""


def test_each_workflow_has_its_own_files_and_templates_though_they_share_names(tmp_path: Path) -> None:
    for name in ("first", "second"):
        folder = tmp_path / "workflows" / name
        body = READS_FILES.format(expected=f"of {name}", folder=str(folder)).replace("{name}", name)
        workflow(folder, page(name, body))
        for file, text in {
            "templates/same.html": f"of {name}",
            "templates/base.html": "not Gateway's",
            "css/own.css": "a {}",
            "text/en.txt": "title=An = sign\nno sign\nempty=\n",
        }.items():
            (folder / file).parent.mkdir(exist_ok=True)
            (folder / file).write_text(text)
    result = tried(tmp_path / "workflows", tmp_path, pages=True)

    assert [(one.page.status, one.page.reason) for one in result.workflows if one.page] == [(200, "")] * 2


def test_endpoints_are_named_by_first_segment_and_function(tmp_path: Path) -> None:
    text = (
        "from bluecat import route\nfrom main_app import app\n"
        "@route(app, '/elsewhere/deep', methods=['POST'])\n"
        "def view(): return 'x'\n"
        "assert 'elsewhereview' in app.view_functions\n"
        "try:\n"
        "    @route(app, '/elsewhere/other')\n"
        "    def view(): return 'y'\n"
        "except ValueError as error:\n"
        "    raise SystemExit(str(error))\n"
    )
    workflow(tmp_path / "workflows" / "one", text)
    (one,) = tried(tmp_path / "workflows", tmp_path).workflows

    assert "there is another page with the endpoint 'elsewhereview'" in one.reason
    assert json.loads((tmp_path / "result.json").read_text())["workflows"][0]["reason"] == one.reason
