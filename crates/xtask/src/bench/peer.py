"""The peer: the same rows in plain, unencrypted SQLite with FTS5, as Python has it. Prints its figures as one JSON document."""

import json
import os
import sqlite3
import sys
import time

folder, n_items, n_points = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
rows = [json.loads(line) for line in open(os.path.join(folder, "rows.jsonl"), encoding="utf-8")]
queries = [json.loads(line) for line in open(os.path.join(folder, "queries.jsonl"), encoding="utf-8")]
path = os.path.join(folder, "peer.db")
if os.path.exists(path):
    os.remove(path)
db = sqlite3.connect(path)
first, span = 1_400_000_000_000, 320_000_000_000


def at(number, of):
    return first + span * number // max(of, 1)


def spread(times):
    times = sorted(times)
    return {"p50_ms": times[len(times) // 2] * 1e3, "p95_ms": times[len(times) * 95 // 100] * 1e3}


def timed(work):
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


db.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, uid BLOB UNIQUE, at_ms INTEGER, title TEXT, body TEXT)")
db.execute("CREATE INDEX item_at ON item (at_ms)")
db.execute("CREATE TABLE point (at_ms INTEGER, lat INTEGER, lon INTEGER)")
db.execute("CREATE INDEX point_at ON point (at_ms)")
db.executemany(
    "INSERT INTO item VALUES (?, ?, ?, ?, ?)",
    ((n, n.to_bytes(16, "big"), at(n, n_items), *rows[n % len(rows)]) for n in range(n_items)),
)
db.executemany("INSERT INTO point VALUES (?, ?, ?)", ((at(n, n_points), n * 37 % 10**9, n * 91 % 10**9) for n in range(n_points)))
db.execute("CREATE VIRTUAL TABLE word USING fts5 (title, body, content='item', content_rowid='id', tokenize='unicode61')")
db.execute("INSERT INTO word (word) VALUES ('rebuild')")
db.commit()


def search(text):
    quoted = " ".join(f'"{word}"' for word in text.split())
    sql = "SELECT i.id, i.title, substr(i.body, 1, 220) FROM word w JOIN item i ON i.id = w.rowid WHERE word MATCH ? ORDER BY rank LIMIT 50"
    db.execute(sql, (quoted,)).fetchall()


def timeline(cut):
    db.execute("SELECT strftime(?, at_ms / 1000, 'unixepoch') AS cut, count(*) FROM item GROUP BY cut", (cut,)).fetchall()


print(
    json.dumps(
        {
            "sqlite": sqlite3.sqlite_version,
            "search": spread([timed(lambda text=text: search(text)) for text in queries]),
            "timeline": {name: spread([timed(lambda cut=cut: timeline(cut)) for _ in range(9)]) for name, cut in (("day", "%Y-%m-%d"), ("month", "%Y-%m"), ("year", "%Y"))},
            "item": spread([timed(lambda n=n: db.execute("SELECT * FROM item WHERE uid = ?", ((n * 7919 % n_items).to_bytes(16, "big"),)).fetchone()) for n in range(200)]),
        }
    )
)
