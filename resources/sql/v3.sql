-- Version 3: a conversation is about every video that was asked about in it; until now only its first question's
-- were named. Damaged rows are passed over: a library opens whatever its questions have become.

INSERT OR IGNORE INTO conversation_videos (conversation_id, video_id)
SELECT conversations.id, videos.id
FROM questions
     JOIN conversations ON conversations.id = questions.conversation_id
     JOIN json_each(CASE WHEN json_valid(questions.scope) THEN questions.scope ELSE '[]' END) AS part
     JOIN videos ON videos.id = json_extract(CASE part.type WHEN 'object' THEN part.value ELSE '{}' END, '$.video');
