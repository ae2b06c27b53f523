"""The floor of an import: the same rows, with the same indexes, out of JSON lines into plain, unencrypted SQLite with FTS5, as
Python has it. Reads a lossless export of the vault; prints what that cost as one JSON document."""

import glob
import hashlib
import json
import os
import sqlite3
import sys
import time

folder = sys.argv[1]
path = os.path.join(folder, "floor.db")
db = sqlite3.connect(path)
db.executescript(
    """
    PRAGMA journal_mode = WAL;
    PRAGMA cache_size = -65536;
    CREATE TABLE item (id INTEGER PRIMARY KEY, uid BLOB NOT NULL UNIQUE, variant INTEGER, kind TEXT, source TEXT, at_ms INTEGER,
        offset_min INTEGER, certainty TEXT, until_ms INTEGER, hidden INTEGER, lat INTEGER, lon INTEGER, title TEXT);
    CREATE INDEX item_by_time ON item (at_ms, id, kind, source, hidden, offset_min);
    CREATE INDEX item_by_kind ON item (kind, at_ms);
    CREATE INDEX item_by_source ON item (source, at_ms);
    CREATE INDEX item_by_place ON item (lat, lon) WHERE lat IS NOT NULL;
    CREATE TABLE variant (id INTEGER PRIMARY KEY, item INTEGER, digest BLOB, packed BLOB);
    CREATE UNIQUE INDEX variant_by_item ON variant (item, digest);
    CREATE TABLE sighting (file INTEGER, item INTEGER, variant INTEGER, PRIMARY KEY (file, item, variant)) WITHOUT ROWID;
    CREATE INDEX sighting_by_variant ON sighting (variant);
    CREATE TABLE change (seq INTEGER PRIMARY KEY, item INTEGER, op INTEGER);
    CREATE TABLE entity (id INTEGER PRIMARY KEY, kind TEXT, address TEXT, name TEXT, UNIQUE (address, kind));
    CREATE TABLE link (item INTEGER, entity INTEGER, role TEXT, name TEXT, PRIMARY KEY (item, entity, role)) WITHOUT ROWID;
    CREATE INDEX link_by_entity ON link (entity, role, item);
    CREATE TABLE item_link (item INTEGER, relation TEXT, to_uid BLOB, PRIMARY KEY (item, relation, to_uid)) WITHOUT ROWID;
    CREATE INDEX item_link_back ON item_link (to_uid, relation);
    CREATE TABLE number (item INTEGER, key TEXT, value REAL, PRIMARY KEY (item, key)) WITHOUT ROWID;
    CREATE TABLE track_point (at_ms INTEGER, layer TEXT, device INTEGER, lat INTEGER, lon INTEGER, accuracy INTEGER, altitude INTEGER,
        speed INTEGER, heading INTEGER, method TEXT, activity TEXT, file INTEGER,
        PRIMARY KEY (at_ms, layer, device, lat, lon)) WITHOUT ROWID;
    CREATE VIRTUAL TABLE word USING fts5 (title, body, people, content='', tokenize='unicode61');
    """
)
INSERTS = {
    "item": "INSERT INTO item VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "variant": "INSERT INTO variant VALUES (?, ?, ?, ?)",
    "sighting": "INSERT INTO sighting VALUES (?, ?, ?)",
    "change": "INSERT INTO change (item, op) VALUES (?, ?)",
    "link": "INSERT OR IGNORE INTO link VALUES (?, ?, ?, ?)",
    "item_link": "INSERT OR IGNORE INTO item_link VALUES (?, ?, ?)",
    "number": "INSERT INTO number VALUES (?, ?, ?)",
    "track_point": "INSERT INTO track_point VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "word": "INSERT INTO word (rowid, title, body, people) VALUES (?, ?, ?, ?)",
}
BATCH = 5_000
rows = {table: [] for table in INSERTS}
entities = {}


def flush():
    with db:
        for table, waiting in rows.items():
            db.executemany(INSERTS[table], waiting)
            waiting.clear()


def entity(said):
    key = (said["address"], said["kind"])
    if key not in entities:
        entities[key] = len(entities) + 1
        db.execute("INSERT INTO entity VALUES (?, ?, ?, ?)", (entities[key], key[1], key[0], said.get("name", "")))
    return entities[key]


def lines(name):
    # A large export has several files of each.
    for path in sorted(glob.glob(os.path.join(folder, f"{name}*.jsonl"))):
        with open(path, "rb") as file:
            yield from file


cpu = time.process_time()
for number, line in enumerate(lines("items"), 1):
    item = json.loads(line)
    at, place, links = item.get("at") or {}, item.get("place") or {}, item.get("links", ())
    uid = bytes.fromhex(item["uid"])
    rows["item"].append(
        (number, uid, number, item["kind"], item["source"], at.get("ms"), at.get("offset_min"), at.get("certainty"), item.get("until"))
        + (bool(item.get("hidden")), place.get("lat"), place.get("lon"), item.get("title", ""))
    )
    rows["variant"].append((number, number, hashlib.blake2b(line, digest_size=16).digest(), line))
    rows["sighting"].append((1, number, number))
    rows["change"].append((number, 1))
    for link in links:
        rows["link"].append((number, entity(link["entity"]), link["role"], link["entity"].get("name", "")))
    for related in item.get("related", ()):
        rows["item_link"].append((number, related["relation"], bytes.fromhex(related["to"])))
    for key, value in item.get("data", {}).items():
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            rows["number"].append((number, key, value))
    rows["word"].append((number, item.get("title", ""), item.get("text", ""), " ".join(link["entity"].get("name", "") for link in links)))
    if number % BATCH == 0:
        flush()
for number, line in enumerate(lines("track_points"), 1):
    fix = json.loads(line)
    rows["track_point"].append(
        (fix["at_ms"], fix["layer"], fix.get("device", 0), fix["lat"], fix["lon"], fix.get("accuracy"), fix.get("altitude"), fix.get("speed"))
        + (fix.get("heading"), fix.get("method"), str(fix.get("activity")), 1)
    )
    if number % BATCH == 0:
        flush()
flush()
db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
cpu = time.process_time() - cpu
print(json.dumps({"cpu_s": cpu, "bytes": os.path.getsize(path), "items": db.execute("SELECT count(*) FROM item").fetchone()[0]}))
os.remove(path)
