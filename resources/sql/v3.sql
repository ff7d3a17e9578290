-- Version 3: a conversation is about every video that was asked about in it; until now only its first question's
-- were named.

INSERT OR IGNORE INTO conversation_videos (conversation_id, video_id)
SELECT questions.conversation_id, videos.id
FROM questions,
     json_each(CASE WHEN json_valid(questions.scope) THEN questions.scope ELSE '[]' END) AS part
     JOIN videos ON videos.id = json_extract(part.value, '$.video');
