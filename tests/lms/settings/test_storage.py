"""Files go to S3 by the environment alone, against a real S3 server."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

SAVE = """
import django; django.setup()
import boto3
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
options = settings.STORAGES["default"]["OPTIONS"]
boto3.client(
    "s3", endpoint_url=options["endpoint_url"], region_name="us-east-1",
    aws_access_key_id="key", aws_secret_access_key="secret",
).create_bucket(Bucket="academy")
name = default_storage.save("certificates/x.pdf", ContentFile(b"paper"))
print(type(default_storage._wrapped).__name__, default_storage.open(name).read().decode())
"""


@pytest.fixture
def s3():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [str(Path(sys.executable).parent / "moto_server"), "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(150):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.2)
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait()


def test_a_file_goes_to_the_bucket_and_comes_back(s3):
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SAVE],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "lms.settings.base",
            "STORAGE_URL": f"s3://key:secret@academy?endpoint={s3}&region=us-east-1",
        },
        capture_output=True,
        text=True,
    )
    assert run.stdout.strip() == "S3Storage paper", run.stderr
