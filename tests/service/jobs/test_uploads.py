"""Uploads of all kinds: names that play tricks, bodies that are too large, files that can train nothing."""

import gzip
import json
import socket
import time

import httpx
import pytest

from tests.service.jobs.conftest import KEY

ROWS = b'{"prompt": "what is 1 + 1 ?", "reference_answer": "2"}\n'


@pytest.fixture
def http(shared):
    with shared.http() as client:
        yield client


def put(http, content=ROWS, name="a.jsonl", purpose="fine-tune", path="files", **fields):
    files = {"files": (name, content), "filename": ("upload", name.encode())}
    return http.put(path, files=files, data={"purpose": purpose, **fields})


def said(answer):
    detail = answer.json()["detail"]
    return detail if isinstance(detail, str) else detail[0]["msg"].removeprefix("Value error, ")


NAMES = {
    "../../../etc/passwd.jsonl": "passwd.jsonl",
    "..\\..\\windows.jsonl": "windows.jsonl",
    "/etc/cron.d/x.jsonl": "x.jsonl",
    "a\r\nX-Evil: 1.jsonl": "aX-Evil: 1.jsonl",
    "\x00a\x1b[31m.jsonl": "a[31m.jsonl",
    "'; DROP TABLE files; --.jsonl": "'; DROP TABLE files; --.jsonl",
    "ä" * 300 + ".jsonl": None,
    'q"uo%te.jsonl': 'q"uo%te.jsonl',
    "a\u202elnosj.jsonl": "alnosj.jsonl",
}


@pytest.mark.parametrize(("name", "shown"), NAMES.items(), ids=range(len(NAMES)))
def test_a_name_is_shown_and_is_no_path(http, shared, name, shown):
    before = {path for path in shared.folder.rglob("*") if path.parent != shared.folder}
    answer = put(http, name=name)
    if shown is None:  # what is cut has no ending left
        assert answer.status_code == 422
        return
    assert answer.status_code == 200, answer.text
    stored = answer.json()
    assert stored["filename"] == shown
    new = {path for path in shared.folder.rglob("*") if path.parent != shared.folder} - before
    assert {path.name for path in new} == {f"{stored['id']}.jsonl"}
    content = http.get(f"files/{stored['id']}/content")
    assert content.content == ROWS
    assert "x-evil" not in content.headers
    assert content.headers["content-length"] == str(len(ROWS))
    assert "content-encoding" not in content.headers
    assert http.get("files").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "files/..%2fjobs.sqlite3/content",
        "files/%2e%2e%2f%2e%2e%2fetc%2fpasswd/content",
        "fine-tunes/..%2f..%2fmodels",
        "files/x'%20OR%201=1%20--",
        "fine-tunes/%00",
        "files/a%3Fb=c",
        "fine-tunes/%F0%9F%92%A9/events",
        "projects/9999999999999999999999",
    ],
)
def test_ids_that_play_tricks(http, path):
    answer = http.get(path)
    assert answer.status_code == 404
    assert "there is no" in said(answer)


BAD = {
    "no rows": (b"", "has no rows"),
    "white space": (b"\n \n", "has no rows"),
    "no JSON": (ROWS + b"no\n", "line 2 is not valid JSON"),
    "no object": (ROWS + b"[1]\n", "line 2"),
    "no UTF-8": (ROWS + b'{"prompt": "\xff"}\n', "line 2"),
    "a key twice": (b'{"prompt": "x", "prompt": "y"}\n', "line 1"),
    "NaN": (ROWS + b'{"prompt": "x", "n": NaN}\n', "line 2"),
    "nested deeply": (ROWS + b'{"prompt": ' + b"[" * 9000 + b"]" * 9000 + b"}\n", "line 2"),
    "no column of any use": (b'{"question": "x"}\n', "line 1 has no 'messages' or 'prompt'"),
    "compressed": (gzip.compress(ROWS * 1000), "expected plain JSON lines"),
    "a pickle": (b"\x80\x04\x95\n", "line 1"),
}


@pytest.mark.parametrize(("content", "sentence"), BAD.values(), ids=BAD)
def test_a_bad_line_is_told_at_the_upload(http, shared, content, sentence):
    before = sorted(path.name for path in (shared.folder / "files").iterdir())
    answer = put(http, content)
    assert answer.status_code == 422
    assert sentence in said(answer)
    assert str(shared.folder) not in answer.text
    assert sorted(path.name for path in (shared.folder / "files").iterdir()) == before


@pytest.mark.parametrize(
    ("purpose", "content", "sentence"),
    [
        ("preference-fine-tune", ROWS, "has no 'chosen' and 'rejected'"),
        ("pre-train", ROWS, "has no 'text'"),
        ("reinforcement-fine-tune", b'{"text": "x"}\n', "has no 'messages' or 'prompt'"),
        ("alignment", ROWS, "documents are not aligned here"),
        ("fine-tunes", ROWS, "Input should be 'reinforcement-fine-tune', 'fine-tune'"),
    ],
)
def test_a_purpose_that_does_not_fit(http, purpose, content, sentence):
    answer = put(http, content, purpose=purpose)
    assert answer.status_code == 422
    assert sentence in said(answer)


@pytest.mark.parametrize("name", ["a.csv", "a", "a.jsonl.exe", "a.parquet", ".jsonl.tar"])
def test_a_name_says_what_is_in_it(http, name):
    answer = put(http, name=name)
    assert answer.status_code == 422
    assert "expected" in said(answer)


def test_a_table(http, tmp_path):
    pq = pytest.importorskip("pyarrow.parquet")
    pa = pytest.importorskip("pyarrow")
    pq.write_table(pa.table({"prompt": ["x"], "reference_answer": ["1"]}), tmp_path / "a.parquet")
    stored = put(http, (tmp_path / "a.parquet").read_bytes(), "a.parquet").json()
    assert stored["type"] == "parquet"
    broken = (tmp_path / "a.parquet").read_bytes()[:-20]
    assert put(http, broken, "a.parquet").status_code == 422


def test_an_upload_that_is_too_large(http, shared):
    answer = put(http, ROWS * 40_000)
    assert (answer.status_code, answer.json()) == (
        413,
        {"detail": "the upload is larger than 1048576 bytes, the most that is taken"},
    )

    def parts():
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.jsonl"\r\n\r\n'
        for _ in range(40):
            yield ROWS * 1000

    answer = http.put("files", content=parts(), headers={"content-type": "multipart/form-data; boundary=x"})
    assert answer.status_code == 413


FORMS = {
    "no multipart": ("application/json", b"{}", 415),
    "no boundary": ("multipart/form-data", b"--x\r\n", 400),
    "garbage": ("multipart/form-data; boundary=x", b"garbage" * 100, (400, 422)),
    "cut short": ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="fil', (400, 422)),
    "nothing": ("multipart/form-data; boundary=x", b"--x--\r\n", 422),
    "a thousand fields": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 1000 + b"--x--\r\n",
        400,
    ),
    "a field of a megabyte": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="purpose"\r\n\r\n' + b"1" * 900_000 + b"\r\n--x--\r\n",
        400,
    ),
    "a file as the purpose": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="purpose"; filename="a"\r\n\r\n1\r\n--x--\r\n',
        422,
    ),
}


@pytest.mark.parametrize(("kind", "body", "status"), FORMS.values(), ids=FORMS)
def test_forms_that_are_broken(http, kind, body, status):
    answer = http.put("files", content=body, headers={"content-type": kind})
    assert answer.status_code in ({status} if isinstance(status, int) else set(status))
    assert answer.json()["detail"]


def test_several_files_all_or_none(http):
    good, bad = ("files", ("a.jsonl", ROWS)), ("files", ("b.jsonl", b"no"))
    before = len(http.get("files").json()["data"])
    assert http.put("bulk_files", files=[good, bad], data={"purpose": "fine-tune"}).status_code == 422
    assert len(http.get("files").json()["data"]) == before
    answer = http.put("bulk_files", files=[good, good], data={"purpose": "fine-tune"})
    assert [one["filename"] for one in answer.json()] == ["a.jsonl", "a.jsonl"]
    assert http.put("files", files=[good, good], data={"purpose": "fine-tune"}).status_code == 422


def test_lists_of_files(http):
    ids = [
        put(http, ROWS * count, f"{name}.jsonl", "reinforcement-fine-tune").json()["id"]
        for name, count in (("b", 2), ("a", 1), ("c", 3))
    ]
    listed = http.get("files", params={"sort_by": "size", "sort_order": "asc", "purpose": "reinforcement-fine-tune"})
    found = [one["id"] for one in listed.json()["data"] if one["id"] in ids]
    assert found == [ids[1], ids[0], ids[2]]
    assert len(http.get("files", params={"limit": 2, "offset": 1}).json()["data"]) == 2
    for query in (
        {"limit": "x"},
        {"limit": 0},
        {"offset": -1},
        {"sort_by": "number; DROP TABLE files"},
        {"sort_order": "up"},
    ):
        answer = http.get("files", params=query)
        assert answer.status_code == 422
        assert answer.json()["detail"][0]["loc"] == ["query", *query]


def test_an_upload_that_is_broken_off_leaves_nothing(http, shared):
    before = sorted((shared.folder / "files").iterdir())
    head = (
        f"PUT /v1/flow/files HTTP/1.1\r\nHost: x\r\nAuthorization: {KEY}\r\nContent-Length: 100000\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\nContent-Disposition: form-data; "
        'name="files"; filename="a.jsonl"\r\n\r\n{'
    ).encode()
    with socket.create_connection(("127.0.0.1", int(shared.url.rpartition(":")[2]))) as connection:
        connection.sendall(head)
        time.sleep(0.05)
    assert put(http).status_code == 200
    assert len(sorted((shared.folder / "files").iterdir())) == len(before) + 1


def test_parts_of_a_file(http):
    stored = put(http).json()
    answer = http.get(f"files/{stored['id']}/content", headers={"Range": "bytes=0-1", "Accept-Encoding": "gzip"})
    assert (answer.status_code, answer.content) == (206, ROWS[:2])
    assert answer.headers["content-range"] == f"bytes 0-1/{len(ROWS)}"
    assert httpx.get(str(answer.url)).status_code == 401


def test_the_longest_name_that_is_kept(http):
    name = "n" * 249 + ".jsonl"
    assert put(http, name=name).json()["filename"] == name


def test_renames(http):
    stored = put(http).json()
    for body, status in (
        ({"new_filename": ""}, 422),
        ({"new_filename": "\n"}, 422),
        ({}, 422),
        ([], 422),
        ({"new_filename": "a/b"}, 200),
    ):
        answer = http.put(
            f"files/{stored['id']}/rename", content=json.dumps(body), headers={"content-type": "application/json"}
        )
        assert answer.status_code == status
    assert http.get(f"files/{stored['id']}").json()["filename"] == "b"
