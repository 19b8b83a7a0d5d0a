"""What the OpenAPI document promises is what the server does: schemathesis makes up requests, good and bad ones."""

import json
import os
import re
import subprocess
import sys

from openapi_spec_validator import validate

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "ignored_auth",
)


def test_the_document_is_valid(api):
    document = api.get("/openapi.json")[1]
    validate(document)
    assert set(document["paths"]) >= {"/themes", "/themes/{theme}/samples", "/themes/{theme}/decisions"}


def test_every_answer_is_as_promised(api_of_its_own, tmp_path, draw_image):
    api_of_its_own.post("/themes", {"name": "pets", "labels": ["cat", "dog"]})
    api_of_its_own.upload("/themes/pets/samples", [(f"{number}.png", draw_image(number)) for number in range(3)])
    api_of_its_own.post("/themes", {"name": "to be deleted"})
    # Made-up themes are not there: most requests are to meet one that is.
    (tmp_path / "schemathesis.toml").write_text(
        '[parameters]\n"path.theme" = "pets"\n"path.label" = 1\n"path.sample" = 2\n'
        '[[operations]]\ninclude-operation-id = "delete_theme"\nparameters = {"path.theme" = "to be deleted"}\n'
    )
    document = api_of_its_own.get("/openapi.json")[1]
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(document))
    command = [
        sys.executable,
        "-m",
        "schemathesis.cli",
        "run",
        str(file),
        f"--url={api_of_its_own.url}",
        f"--header=Authorization: Bearer {api_of_its_own.token}",
        f"--checks={','.join(CHECKS)}",
        f"--max-examples={5 * int(os.environ.get('FAULTS_TIMES', '1'))}",
        "--phases=examples,coverage,fuzzing",
        f"--seed={os.environ.get('FAULTS_SEED', '1')}",
        "--generation-deterministic",
        "--no-color",
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    number = sum(len(methods) for methods in document["paths"].values())
    assert re.search(rf"Operations:\s+{number} selected / {number} total", done.stdout), done.stdout
