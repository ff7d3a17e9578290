-- The library, version 1. engine/store/FORMAT.md explains each table.
--
-- Times named *_us are microseconds of stream time, *_at are seconds since 1970 UTC. Every table ends in
-- a checksum of its own row, because SQLite finds damaged structure but not a damaged value.

PRAGMA application_id = 0x4c544b31;

CREATE TABLE videos (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  content_id TEXT NOT NULL UNIQUE,
  path TEXT NOT NULL,
  name TEXT NOT NULL,
  size INTEGER NOT NULL,
  duration_us INTEGER NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  info TEXT NOT NULL,
  added_at INTEGER NOT NULL,
  state INTEGER NOT NULL,
  crc INTEGER AS (row_crc(id, content_id, path, name, size, duration_us, width, height, info,
                          added_at, state)) STORED
);
CREATE INDEX videos_by_path ON videos (path);
CREATE INDEX videos_by_name ON videos (name COLLATE NOCASE);

CREATE TABLE memories (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  video_id INTEGER NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  model TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  layers INTEGER NOT NULL,
  kv_heads INTEGER NOT NULL,
  head_dim INTEGER NOT NULL,
  codec INTEGER NOT NULL,
  interval_us INTEGER NOT NULL,
  mode TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  state INTEGER NOT NULL,
  finished INTEGER NOT NULL,
  next_index INTEGER NOT NULL,
  blocks INTEGER NOT NULL,
  frames INTEGER NOT NULL,
  tokens INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  coverage TEXT NOT NULL,
  crc INTEGER AS (row_crc(id, video_id, model, fingerprint, layers, kv_heads, head_dim, codec,
                          interval_us, mode, created_at, state, finished, next_index, blocks, frames,
                          tokens, bytes, coverage)) STORED
);
CREATE INDEX memories_by_video ON memories (video_id, fingerprint);

-- One row per append. `entries` holds `count` entries of 64 bytes.
CREATE TABLE block_runs (
  memory_id INTEGER NOT NULL REFERENCES memories (id) ON DELETE CASCADE,
  first_id INTEGER NOT NULL,
  count INTEGER NOT NULL,
  next_index INTEGER NOT NULL,
  frames INTEGER NOT NULL,
  entries BLOB NOT NULL,
  crc INTEGER AS (row_crc(memory_id, first_id, count, next_index, frames, entries)) STORED,
  PRIMARY KEY (memory_id, first_id)
) WITHOUT ROWID;

CREATE TABLE conversations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  title TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  crc INTEGER AS (row_crc(id, title, created_at)) STORED
);
CREATE TABLE conversation_videos (
  conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  video_id INTEGER NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  crc INTEGER AS (row_crc(conversation_id, video_id)) STORED,
  PRIMARY KEY (conversation_id, video_id)
) WITHOUT ROWID;
CREATE INDEX conversation_videos_by_video ON conversation_videos (video_id);
-- A conversation goes with the last of its videos.
CREATE TRIGGER conversations_without_videos AFTER DELETE ON conversation_videos
WHEN NOT EXISTS (SELECT 1 FROM conversation_videos WHERE conversation_id = old.conversation_id)
BEGIN
  DELETE FROM conversations WHERE id = old.conversation_id;
END;

CREATE TABLE questions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  text TEXT NOT NULL,
  scope TEXT NOT NULL,
  memory_ids TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  crc INTEGER AS (row_crc(id, conversation_id, text, scope, memory_ids, asked_at)) STORED
);
CREATE INDEX questions_by_conversation ON questions (conversation_id);

CREATE TABLE answers (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  question_id INTEGER NOT NULL REFERENCES questions (id) ON DELETE CASCADE,
  text TEXT NOT NULL,
  state INTEGER NOT NULL,
  found INTEGER NOT NULL,
  support REAL NOT NULL,
  coverage TEXT NOT NULL,
  model TEXT NOT NULL,
  timing TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  crc INTEGER AS (row_crc(id, question_id, text, state, found, support, coverage, model, timing,
                          started_at)) STORED
);
CREATE INDEX answers_by_question ON answers (question_id);

CREATE TABLE citations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  answer_id INTEGER NOT NULL REFERENCES answers (id) ON DELETE CASCADE,
  video_id INTEGER NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  begin_us INTEGER NOT NULL,
  end_us INTEGER NOT NULL,
  score REAL NOT NULL,
  verdict INTEGER NOT NULL,
  user_verdict INTEGER NOT NULL,
  crc INTEGER AS (row_crc(id, answer_id, video_id, begin_us, end_us, score, verdict,
                          user_verdict)) STORED
);
CREATE INDEX citations_by_answer ON citations (answer_id);
CREATE INDEX citations_by_video ON citations (video_id);

CREATE TABLE markers (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  video_id INTEGER NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  begin_us INTEGER NOT NULL,
  end_us INTEGER NOT NULL,
  label TEXT NOT NULL,
  colour TEXT NOT NULL,
  note TEXT NOT NULL,
  crc INTEGER AS (row_crc(id, video_id, begin_us, end_us, label, colour, note)) STORED
);
CREATE INDEX markers_by_video ON markers (video_id, begin_us);

CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  crc INTEGER AS (row_crc(key, value)) STORED
) WITHOUT ROWID;

-- Full-text search. The rowid is 4 * id + kind: 0 question, 1 answer, 2 marker, 3 note of a marker.
CREATE VIRTUAL TABLE search USING fts5 (body, tokenize = 'unicode61 remove_diacritics 2');

CREATE TRIGGER questions_indexed AFTER INSERT ON questions BEGIN
  INSERT INTO search (rowid, body) VALUES (4 * new.id, new.text);
END;
CREATE TRIGGER questions_unindexed AFTER DELETE ON questions BEGIN
  DELETE FROM search WHERE rowid = 4 * old.id;
END;
-- An answer is indexed when it stops growing (state 0 is `running`).
CREATE TRIGGER answers_indexed AFTER UPDATE ON answers WHEN new.state <> 0 BEGIN
  DELETE FROM search WHERE rowid = 4 * new.id + 1;
  INSERT INTO search (rowid, body) VALUES (4 * new.id + 1, new.text);
END;
CREATE TRIGGER answers_unindexed AFTER DELETE ON answers BEGIN
  DELETE FROM search WHERE rowid = 4 * old.id + 1;
END;
CREATE TRIGGER markers_indexed AFTER INSERT ON markers BEGIN
  INSERT INTO search (rowid, body) VALUES (4 * new.id + 2, new.label);
  INSERT INTO search (rowid, body) VALUES (4 * new.id + 3, new.note);
END;
CREATE TRIGGER markers_reindexed AFTER UPDATE ON markers BEGIN
  UPDATE search SET body = new.label WHERE rowid = 4 * new.id + 2;
  UPDATE search SET body = new.note WHERE rowid = 4 * new.id + 3;
END;
CREATE TRIGGER markers_unindexed AFTER DELETE ON markers BEGIN
  DELETE FROM search WHERE rowid IN (4 * old.id + 2, 4 * old.id + 3);
END;
