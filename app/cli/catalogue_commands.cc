// list, show, remove, relink, search and check: the library from a terminal.
#include <charconv>
#include <system_error>

#include "app/cli/context.h"

namespace longtake::cli {

namespace {

Json memory_json(const store::Memory& memory) {
  auto coverage = Json::array();
  for (const TimeRange& range : memory.coverage) {
    coverage.push_back({{"start_s", to_seconds(range.begin)}, {"end_s", to_seconds(range.end)}});
  }
  return {{"id", memory.id},
          {"model", memory.model},
          {"fingerprint", memory.fingerprint},
          {"codec", kernels::kv_codec_name(memory.shape.codec)},
          {"fps", memory.interval > 0 ? 1e6 / static_cast<double>(memory.interval) : 0},
          {"sampling", memory.mode},
          {"finished", memory.finished},
          {"blocks", memory.blocks},
          {"frames", memory.frames},
          {"tokens", memory.tokens},
          {"bytes_on_disk", memory.bytes},
          {"coverage", coverage}};
}

Json video_json(const VideoWithMemories& entry) {
  const store::Video& video = entry.video;
  auto memories = Json::array();
  for (const store::Memory& memory : entry.memories) memories.push_back(memory_json(memory));
  return {{"id", video.id},
          {"name", video.name},
          {"path", video.path.string()},
          {"content_id", video.content_id},
          {"size_bytes", video.size},
          {"duration_s", to_seconds(video.duration)},
          {"width", video.width},
          {"height", video.height},
          {"memories", memories}};
}

// "watched", "37.4 % watched", "not watched".
std::string state_of(const VideoWithMemories& entry) {
  double best = 0;
  for (const store::Memory& memory : entry.memories) {
    if (memory.finished) return "watched";
    if (memory.coverage.empty() || entry.video.duration <= 0) continue;
    best = std::max(best, static_cast<double>(memory.coverage.back().end) /
                              static_cast<double>(entry.video.duration));
  }
  if (best <= 0) return "not watched";
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %% watched", 100 * best);
  return text;
}

// "red", "red (not found)", "(failed: cars.mp4 has not been watched with nano yet)".
std::string answer_text(const store::Answer& answer) {
  std::string text = answer.text;
  const bool done = answer.state == store::AnswerState::done;
  if (done && answer.found) return text;
  if (!text.empty()) text += " ";
  text += done ? "(not found" : std::string("(") + store::answer_state_name(answer.state);
  if (answer.failure) text += ": " + answer.failure->message;
  return text + ")";
}

Json question_json(const store::Conversation& conversation, const store::Question& question,
                   const store::Answer& answer) {
  Json object = {{"conversation", conversation.id},
                 {"question", question.text},
                 {"answer", answer.text},
                 {"state", store::answer_state_name(answer.state)},
                 {"found", answer.found}};
  if (answer.failure) object["error"] = error_json(*answer.failure);
  return object;
}

Json finding_json(const store::Finding& finding) {
  return {{"where", finding.where}, {"what", finding.what}, {"hint", finding.hint}};
}

void list(Context& context) {
  context.set_needs(Context::Needs::reading);
  auto videos = Json::array();
  std::string text;
  const auto found = context.call<VideoList>(ListVideos{});
  for (const VideoWithMemories& entry : found.videos) {
    videos.push_back(video_json(entry));
    text += std::to_string(entry.video.id) + "  " + entry.video.name + "  " +
            format_time(entry.video.duration) + "  " + state_of(entry) + "\n";
  }
  for (const std::int64_t id : found.damaged) {
    text += std::to_string(id) + "  damaged: `longtake-cli remove " + std::to_string(id) +
            "` forgets it\n";
  }
  if (text.empty()) text = "The library is empty. `longtake-cli watch FILE` adds a video.\n";
  auto findings = Json::array();  // as text they have been told by the engine
  for (const store::Finding& finding : found.findings) findings.push_back(finding_json(finding));
  context.print({{"videos", videos}, {"damaged", found.damaged}, {"findings", findings}}, text);
}

void show(Context& context, const std::string& name) {
  context.set_needs(Context::Needs::reading);
  const store::Video wanted = context.find_video(name);
  for (const VideoWithMemories& entry : context.call<VideoList>(ListVideos{}).videos) {
    if (entry.video.id != wanted.id) continue;
    const store::Video& video = entry.video;
    std::string text = video.name + "\n  id        " + std::to_string(video.id) + "\n  file      " +
                       video.path.string() + "\n  length    " + format_time(video.duration) +
                       "\n  picture   " + std::to_string(video.width) + "x" +
                       std::to_string(video.height) + "\n";
    for (const store::Memory& memory : entry.memories) {
      text += "  memory    " + std::to_string(memory.id) + ": " + memory.model + ", " +
              std::to_string(memory.frames) + " frames, " + format_bytes(memory.bytes) +
              (memory.finished ? ", complete" : ", incomplete");
      if (!memory.coverage.empty()) text += ", seen " + format_ranges(memory.coverage);
      text += "\n";
    }
    Json object = video_json(entry);
    auto conversations = Json::array();
    for (const store::Conversation& conversation :
         context.call<ConversationList>(ListConversations{video.id}).conversations) {
      const auto opened = context.call<ConversationOpened>(OpenConversation{conversation.id});
      for (const QuestionWithAnswers& exchange : opened.questions) {
        for (const store::Answer& answer : exchange.answers) {
          conversations.push_back(question_json(conversation, exchange.question, answer));
          text += "  asked     " + exchange.question.text + " -> " + answer_text(answer) + "\n";
        }
      }
    }
    object["questions"] = std::move(conversations);
    context.print(object, text);
  }
}

// The video to remove; of one whose row is damaged only the number is known.
store::Video video_to_remove(Context& context, const std::string& name) {
  try {
    return context.find_video(name);
  } catch (const Error& error) {
    store::Video video;
    const auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), video.id);
    const bool number = failure == std::errc{} && end == name.data() + name.size();
    if (error.code() != ErrorCode::corrupt_data || !number) throw;
    video.name = "video " + name;
    return video;
  }
}

void remove(Context& context, const std::string& name) {
  const store::Video video = video_to_remove(context, name);
  const std::int64_t freed = context.call<VideoRemoved>(RemoveVideo{video.id}).bytes_freed;
  context.print({{"id", video.id}, {"bytes_freed", freed}},
                "Removed " + video.name + " and what was remembered of it: " + format_bytes(freed) +
                    " freed. The video file is untouched.\n");
}

void relink(Context& context, const std::string& name, const std::string& file) {
  const store::Video video = context.find_video(name);
  const store::Video moved = context.call<VideoAdded>(RelinkVideo{video.id, file}).video;
  context.print({{"id", moved.id}, {"path", moved.path.string()}},
                moved.name + " is now at " + moved.path.string() + "\n");
}

void search(Context& context, const std::string& words) {
  context.set_needs(Context::Needs::reading);
  auto hits = Json::array();
  std::string text;
  constexpr const char* kKinds[] = {"question", "answer", "marker", "note"};
  for (const store::SearchHit& hit : context.call<SearchResults>(SearchText{words}).hits) {
    const char* kind = kKinds[static_cast<std::size_t>(hit.kind)];
    hits.push_back({{"kind", kind},
                    {"id", hit.id},
                    {"conversation", hit.conversation_id},
                    {"video", hit.video_id},
                    {"snippet", hit.snippet}});
    text += std::string(kind) + "  " + hit.snippet + "\n";
  }
  if (text.empty()) text = "Nothing found.\n";
  context.print({{"hits", hits}}, text);
}

void check(Context& context) {
  // Opening a library for writing mends what a kill has left behind.
  context.set_needs(Context::Needs::writing_if_possible);
  auto findings = Json::array();
  std::string text;
  for (const store::Finding& finding : context.call<LibraryChecked>(CheckLibrary{}).findings) {
    findings.push_back(finding_json(finding));
    text += finding.where + ": " + finding.what + "\n  " + finding.hint + "\n";
  }
  const bool sound = findings.empty();
  context.print({{"ok", sound}, {"findings", findings}}, sound ? "The library is sound.\n" : text);
  if (!sound) throw CLI::RuntimeError(exit_code(ErrorCode::corrupt_data));
}

}  // namespace

void add_catalogue_commands(CLI::App& app, Context& context) {
  const auto add = [&](const char* name, const char* what) {
    CLI::App* command = app.add_subcommand(name, what);
    context.add_common_options(*command);
    return command;
  };
  add("list", "The videos of the library")->callback([&] { list(context); });
  add("check", "Check the integrity of the whole library")->callback([&] { check(context); });

  auto name = std::make_shared<std::string>();
  auto other = std::make_shared<std::string>();
  CLI::App* command = add("show", "One video: its file, memories and questions");
  command->add_option("video", *name, "Path, id or name")->required();
  command->callback([&context, name] { show(context, *name); });
  command = add("remove", "Forget a video: its memories, conversations and markers");
  command->add_option("video", *name, "Path, id or name")->required();
  command->callback([&context, name] { remove(context, *name); });
  command = add("relink", "Tell where the file of a video is now");
  command->add_option("video", *name, "Id or name")->required();
  command->add_option("file", *other, "The file's new place")->required();
  command->callback([&context, name, other] { relink(context, *name, *other); });
  command = add("search", "Search questions, answers, markers and notes");
  command->add_option("words", *name)->required();
  command->callback([&context, name] { search(context, *name); });
}

}  // namespace longtake::cli
