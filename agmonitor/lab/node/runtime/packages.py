"""Which package on the package index provides what a workflow imports.

Only well-known names are here: a guess could name a stranger's package, and somebody would install it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

PACKAGES = {
    "Crypto": "pycryptodome",
    "OpenSSL": "pyOpenSSL",
    "PIL": "pillow",
    "apscheduler": "apscheduler",
    "attr": "attrs",
    "bluecat_libraries": "bluecat-libraries",
    "boto3": "boto3",
    "bs4": "beautifulsoup4",
    "cryptography": "cryptography",
    "dateutil": "python-dateutil",
    "dns": "dnspython",
    "docx": "python-docx",
    "email_validator": "email-validator",
    "flask_caching": "Flask-Caching",
    "flask_cors": "Flask-Cors",
    "flask_mail": "Flask-Mail",
    "flask_restx": "flask-restx",
    "flask_sqlalchemy": "Flask-SQLAlchemy",
    "gitlab": "python-gitlab",
    "jinja2": "Jinja2",
    "jwt": "PyJWT",
    "kafka": "kafka-python",
    "ldap3": "ldap3",
    "lxml": "lxml",
    "markdown": "Markdown",
    "matplotlib": "matplotlib",
    "memcache": "python-memcached",
    "mysql": "mysql-connector-python",
    "netaddr": "netaddr",
    "netmiko": "netmiko",
    "numpy": "numpy",
    "openpyxl": "openpyxl",
    "pandas": "pandas",
    "paramiko": "paramiko",
    "psutil": "psutil",
    "psycopg2": "psycopg2-binary",
    "pyVmomi": "pyvmomi",
    "pymongo": "pymongo",
    "pymysql": "PyMySQL",
    "pysnmp": "pysnmp",
    "pytz": "pytz",
    "redis": "redis",
    "requests": "requests",
    "requests_toolbelt": "requests-toolbelt",
    "simplejson": "simplejson",
    "six": "six",
    "sqlalchemy": "SQLAlchemy",
    "suds": "suds-community",
    "tabulate": "tabulate",
    "tqdm": "tqdm",
    "urllib3": "urllib3",
    "wtforms_components": "WTForms-Components",
    "xlrd": "xlrd",
    "xlsxwriter": "XlsxWriter",
    "xmltodict": "xmltodict",
    "yaml": "PyYAML",
    "zeep": "zeep",
}
UNUSABLE = {
    "Administration": "it is Gateway's own category of workflows, which the lab does not have",
    "flask_restplus": "it was given up and works with no Flask of today; flask-restx has taken its place",
    "imp": "Python has it no longer; importlib has taken its place",
}
DEEPEST_SEARCH = 3


def how_to_get(name: str, folder: Path) -> str:
    """What to do about a missing import of a workflow in ``folder``; ``name`` may be dotted."""
    top = name.partition(".")[0]
    if top in UNUSABLE:
        return UNUSABLE[top]
    if top in PACKAGES:
        return f"install it into the lab: {_python()} -m pip install {PACKAGES[top]}"
    brought = _brought_along(top, folder)
    if brought is not None:
        return f"{brought} has it: start with PYTHONPATH={brought}"
    return f"no well-known package is called that; put the folder that has {top} on PYTHONPATH"


def _python() -> str:
    """This Python, as it is called from the folder we are in."""
    path = Path(sys.executable)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _brought_along(top: str, folder: Path) -> Path | None:
    """The folder that has the module, if the workflow brings it along to be copied elsewhere."""
    for here, folders, files in os.walk(folder):
        if len(Path(here).relative_to(folder).parts) >= DEEPEST_SEARCH:
            folders.clear()
        if top in folders or f"{top}.py" in files:
            return Path(here)
    return None
