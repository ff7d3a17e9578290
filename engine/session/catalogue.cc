#include "engine/session/catalogue.h"

#include <filesystem>

#include <nlohmann/json.hpp>

#include "engine/media/video_file.h"
#include "engine/session/source_file.h"
#include "engine/store/check.h"
#include "kernels/error.h"

namespace longtake::session {

namespace {

std::string info_json(const media::VideoInfo& info) {
  return nlohmann::ordered_json{{"container", info.container},
                                {"codec", info.codec},
                                {"pixel_format", info.pixel_format},
                                {"rate_num", info.nominal_rate.num},
                                {"rate_den", info.nominal_rate.den},
                                {"variable_frame_rate", info.variable_frame_rate_suspected},
                                {"start_offset_us", info.start_offset},
                                {"rotation", info.rotation_degrees},
                                {"has_audio", info.has_audio}}
      .dump();
}

// Whether a video's file is where the library last saw it.
bool is_in_place(const store::Video& video) {
  try {
    require_source(video);
    return true;
  } catch (const Error&) {
    return false;
  }
}

std::filesystem::path place_of(const std::string& path_or_url) {
  if (path_or_url.empty()) {
    throw Error(ErrorCode::bad_argument, "No video is named",
                "Write its path; for one of the library its id or its name will do.");
  }
  if (media::is_url(path_or_url)) return path_or_url;
  return std::filesystem::absolute(path_or_url).lexically_normal();
}

}  // namespace

VideoAdded Catalogue::run(const AddVideo& command, const std::atomic<bool>* cancel) {
  const bool url = media::is_url(command.path);
  const std::filesystem::path path = place_of(command.path);
  const media::VideoInfo info = media::probe(path.string(), cancel);
  const std::string content = identity_of(path.string());
  if (std::optional<store::Video> known = library_.find_by_content(content)) {
    // A copy of a file that is still where it was changes nothing; a moved one is followed.
    if (known->path != path && !is_in_place(*known)) library_.relink_video(known->id, path);
    return {require_video(library_, known->id), true};
  }
  store::Video video;
  video.content_id = content;
  video.path = path;
  video.name = url ? command.path : path.filename().string();
  video.size = info.size_bytes;
  video.duration = info.duration;
  video.width = info.width;
  video.height = info.height;
  video.info = info_json(info);
  return {require_video(library_, library_.add_video(video)), false};
}

VideoAdded Catalogue::run(const FindVideo& command) {
  const bool url = media::is_url(command.text);
  const std::filesystem::path path = place_of(command.text);
  std::error_code ignored;
  const bool is_file = !url && std::filesystem::is_regular_file(path, ignored);
  // A file is the video whose content it has. Its path is believed where there is no file to read.
  if (url || is_file) {
    if (std::optional<store::Video> video = library_.find_by_content(identity_of(path.string()))) {
      return {*video, true};
    }
  } else if (std::optional<store::Video> video = library_.find_by_path(path)) {
    return {*video, true};
  }
  std::optional<store::Video> video = library_.find_by_name_or_id(command.text);
  if (video && !(is_file && video->path == path)) return {*std::move(video), true};
  if (is_file) {
    if (const auto replaced = library_.find_by_path(path)) require_source(*replaced);
  }
  throw Error(ErrorCode::not_found, command.text + " is not in the library",
              "`longtake-cli list` shows what is; `longtake-cli watch` adds a video.");
}

VideoAdded Catalogue::run(const RelinkVideo& command) {
  if (media::is_url(command.path)) {
    throw Error(ErrorCode::bad_argument, command.path + ": only a file can take a video's place",
                "What is at the address is a video of its own: watch it.");
  }
  const std::filesystem::path path = place_of(command.path);
  media::probe(path.string());  // an Error that says what is wrong with the file
  library_.relink_video(command.video, path);
  return {library_.find_video(command.video).value(), true};
}

VideoList Catalogue::run(const ListVideos& /*command*/) {
  VideoList list;
  for (store::Video& video : library_.list_videos(&list.damaged)) {
    std::vector<store::Memory> memories;
    try {
      memories = library_.list_memories(video.id);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::corrupt_data) throw;
      list.damaged.push_back(video.id);
    }
    list.videos.push_back({std::move(video), std::move(memories)});
  }
  try {
    list.findings = library_.list_findings();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::corrupt_data) throw;  // the next check says so and begins anew
  }
  return list;
}

VideoRemoved Catalogue::run(const RemoveVideo& command) {
  return {library_.remove_video(command.video)};
}

Done Catalogue::run(const RemoveMemory& command) {
  library_.remove_memory(command.memory);
  return {};
}

ConversationList Catalogue::run(const ListConversations& command) {
  return {library_.journal().list_conversations(command.video)};
}

ConversationOpened Catalogue::run(const OpenConversation& command) {
  store::Journal& journal = library_.journal();
  const std::optional<store::Conversation> conversation =
      journal.find_conversation(command.conversation);
  if (!conversation) {
    throw Error(ErrorCode::not_found, "There is no such conversation", "It may have been removed.");
  }
  ConversationOpened opened{*conversation, {}};
  for (store::Question& question : journal.list_questions(command.conversation)) {
    std::vector<store::Answer> answers = journal.list_answers(question.id);
    opened.questions.push_back({std::move(question), std::move(answers)});
  }
  return opened;
}

Done Catalogue::run(const RenameConversation& command) {
  library_.journal().rename_conversation(command.conversation, command.title);
  return {};
}

Done Catalogue::run(const RemoveConversation& command) {
  library_.journal().remove_conversation(command.conversation);
  return {};
}

Done Catalogue::run(const SetUserVerdict& command) {
  library_.journal().set_user_verdict(command.citation, command.verdict);
  return {};
}

SearchResults Catalogue::run(const SearchText& command) {
  return {library_.journal().search(command.text)};
}

MarkerList Catalogue::run(const ListMarkers& command) {
  return {library_.journal().list_markers(command.video)};
}

MarkerSaved Catalogue::run(const SaveMarker& command) {
  if (command.marker.id == 0) return {library_.journal().add_marker(command.marker)};
  library_.journal().update_marker(command.marker);
  return {command.marker.id};
}

Done Catalogue::run(const RemoveMarker& command) {
  library_.journal().remove_marker(command.marker);
  return {};
}

LibraryChecked Catalogue::run(const CheckLibrary& /*command*/, const std::atomic<bool>* cancel) {
  const auto cancelled = [&] { return cancel != nullptr && *cancel; };
  store::CheckOptions options;
  options.progress = [&](std::int64_t, std::int64_t) { return !cancelled(); };
  LibraryChecked checked{store::check_library(library_, options)};
  // What was found until then would read as all that there is.
  if (cancelled()) throw Error(ErrorCode::cancelled, "The request was cancelled", "");
  return checked;
}

}  // namespace longtake::session
