"""Files of tables with one value changed to an odd one, and checksums that fit again."""

import hashlib
import json
import math
import zipfile

ODD = (
    *(None, True, False, 0, -1, 1, 3, 2**31, 2**63, 2**70, -(2**70), 0.5, -0.5, 1e9, math.inf, -math.inf, math.nan),
    *("", " ", "x", "label", "boxes", "train", "human", "[]", "[[1,0,0,1,1]]", "1", "99", "1,1", "01", "skipped"),
    *("../x", "a/b", "a\0b", "\ud800", "ä" * 300, "#12345", "2026-01-01T00:00:00", "2026-01-01T00:00:00+00:00"),
    *(
        [],
        [1],
        {},
        {"a": 1},
        [[1, math.inf, 0, 1, 1]],
        "[[1,0,0,Infinity,1]]",
        "[[1,-5,0,1,1]]",
        "0001-01-01",
        "9" * 5_000,
    ),
)


def mutate_table(content, random):
    """Change one thing in a file of JSON lines: a value, a column, a whole line, or bytes."""
    lines = content.splitlines(keepends=True)
    if not lines:
        return random.choice([b"{}\n", b"[]\n", b"{", b"\xff\n"])
    number = random.randrange(len(lines))
    kind = random.choices(("value", "drop", "twice", "column", "bytes"), (12, 1, 1, 1, 2))[0]
    if kind == "drop":
        del lines[number]
    elif kind == "twice":
        lines.insert(number, lines[number])
    elif kind == "bytes":
        at = random.randrange(len(lines[number]))
        lines[number] = lines[number][:at] + bytes([random.randrange(256)]) + lines[number][at + 1 :]
    else:
        row = json.loads(lines[number])
        keys = list(row) if isinstance(row, dict) else list(range(len(row)))
        if kind == "column":
            _drop_or_add(row, random.choice(keys), random)
        else:
            row[random.choice(keys)] = random.choice(ODD)
        lines[number] = json.dumps(row).encode() + b"\n"
    return b"".join(lines)


def _drop_or_add(row, key, random):
    if random.random() < 0.5:
        del row[key]
    elif isinstance(row, dict):
        row["another"] = 1
    else:
        row.append(1)


def mutated_backup(backup, target, random):
    """Write a backup again with a mutated table, or manifest, under checksums that are right."""
    files = _files(backup)
    manifest = json.loads(files["manifest.json"])
    name = random.choice([name for name in files if not name.startswith("images/")])
    if name != "manifest.json":
        files[name] = mutate_table(files[name], random)
        table = manifest["tables"][name.removeprefix("tables/").removesuffix(".jsonl")]
        table |= {"rows": len(files[name].splitlines()) - 1, "sha256": hashlib.sha256(files[name]).hexdigest()}
        files["manifest.json"] = json.dumps(manifest).encode()
    else:
        node = random.choice([manifest, manifest["tables"], manifest["tables"]["samples"]])
        node[random.choice(list(node))] = random.choice(ODD)
        files["manifest.json"] = json.dumps(manifest).encode()
    return _write(files, target, zipfile.ZIP_STORED)


def mutated_archive(archive, target, random):
    """Write the archive of a theme again likewise."""
    files = _files(archive)
    name = random.choice([name for name in files if name.endswith((".jsonl", "manifest.json"))])
    if name != "manifest.json":
        files[name] = mutate_table(files[name], random)
    else:
        manifest = json.loads(files[name])
        node = random.choice([manifest, manifest["theme"], manifest["rows"]])
        node[random.choice(list(node))] = random.choice(ODD)
        files[name] = json.dumps(manifest).encode()
    rest = [
        (hashlib.sha256(content).hexdigest(), each) for each, content in files.items() if each != "checksums.sha256"
    ]
    files["checksums.sha256"] = "".join(f"{digest}  {each}\n" for digest, each in rest).encode()
    return _write(files, target, zipfile.ZIP_DEFLATED)


def flipped(file, target, random):
    """Copy a file with one byte changed, or cut short."""
    content = bytearray(file.read_bytes())
    if random.random() < 0.2:
        del content[random.randrange(len(content)) :]
    else:
        content[random.randrange(len(content))] ^= random.randrange(1, 256)
    target.write_bytes(content)
    return target


def _files(packed):
    with zipfile.ZipFile(packed) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def _write(files, target, kind):
    with zipfile.ZipFile(target, "w", kind) as out:
        for name, content in files.items():
            out.writestr(name, content, kind if not name.startswith("images/") else zipfile.ZIP_STORED)
    return target
