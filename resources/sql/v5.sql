-- Version 5: which folders in memories/ this library may remove. A folder that no row mentions may as well belong to
-- another library.db: one that is to be put back, or that was newer than the backup that has been put back.

CREATE TABLE removals (
  memory_id INTEGER PRIMARY KEY,
  crc INTEGER AS (row_crc(memory_id)) STORED
);
CREATE TRIGGER memories_removed AFTER DELETE ON memories BEGIN
  INSERT OR IGNORE INTO removals (memory_id) VALUES (old.id);
END;

-- The library's own settings, in which nothing was ever kept.
DROP TABLE settings;
