// watch and ask: a video goes in, a cited answer comes out.
#include <cstdio>

#include "app/cli/context.h"

namespace longtake::cli {

namespace {

std::string percent_of(Micros seen, Micros duration) {
  if (duration <= 0) return format_time(seen);
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %%",
                100.0 * static_cast<double>(seen) / static_cast<double>(duration));
  return text;
}

std::string progress_line(const std::string& name, const WatchProgress& progress) {
  std::string line = name + ": watching " + percent_of(progress.seen_until, progress.duration);
  char speed[64];
  std::snprintf(speed, sizeof speed, ", %.1fx real time", progress.x_realtime);
  line += speed;
  if (progress.duration > 0 && progress.x_realtime > 0) {
    const double left = to_seconds(progress.duration - progress.seen_until) / progress.x_realtime;
    line += ", " + format_time(from_seconds(left)) + " left";
  }
  return line;
}

Json watch_json(const store::Video& video, const WatchEnded& ended) {
  const auto& timing = ended.timing;
  const double seen = ended.memory.coverage.empty()
                          ? 0
                          : to_seconds(ended.memory.coverage.back().end - ended.resumed_at);
  Json object = {{"video", video.path.string()},
                 {"id", video.id},
                 {"duration_s", to_seconds(video.duration)},
                 {"blocks", ended.memory.blocks},
                 {"frames", ended.memory.frames},
                 {"tokens", ended.memory.tokens},
                 {"bytes_on_disk", ended.memory.bytes},
                 {"frames_decoded", ended.sampler.frames_decoded},
                 {"frames_decoded_in_hardware", ended.sampler.frames_in_hardware},
                 {"resumed_at_s", to_seconds(ended.resumed_at)},
                 {"finished", ended.finished},
                 {"timing",
                  {{"decode_s", timing.decode_seconds},
                   {"vision_s", timing.vision_seconds},
                   {"prefill_s", timing.prefill_seconds},
                   {"write_s", timing.write_seconds},
                   {"wall_s", timing.wall_seconds},
                   {"x_realtime", timing.wall_seconds > 0 ? seen / timing.wall_seconds : 0}}}};
  auto damaged = Json::array();
  for (const TimeRange& range : ended.sampler.damaged) {
    damaged.push_back({{"start_s", to_seconds(range.begin)}, {"end_s", to_seconds(range.end)}});
  }
  object["damaged"] = std::move(damaged);
  object["truncated"] = ended.sampler.truncated;
  return object;
}

std::string watch_text(const store::Video& video, const WatchEnded& ended) {
  const Micros seen = ended.memory.coverage.empty() ? 0 : ended.memory.coverage.back().end;
  std::string text = video.name + ": seen 0:00.0-" + format_time(seen) + " (" +
                     std::to_string(ended.memory.frames) + " frames, " +
                     format_bytes(ended.memory.bytes) + " of memory";
  if (ended.timing.wall_seconds > 0 && seen > ended.resumed_at) {
    char speed[64];
    std::snprintf(speed, sizeof speed, ", %.1fx real time",
                  to_seconds(seen - ended.resumed_at) / ended.timing.wall_seconds);
    text += speed;
  }
  text += ")\n";
  if (ended.resumed_at > 0 && seen > ended.resumed_at) {
    text += "  resumed at " + format_time(ended.resumed_at) + "\n";
  }
  for (const TimeRange& range : ended.sampler.damaged) {
    text += "  damaged: " + format_time(range.begin) + "-" + format_time(range.end) + "\n";
  }
  if (ended.sampler.truncated) text += "  the file ends before its own duration says\n";
  return text;
}

struct WatchArguments {
  std::vector<std::string> files;
  double fps = 0;
  std::string sampling;
  std::string until;
};

void watch(Context& context, const WatchArguments& arguments) {
  auto results = Json::array();
  std::string text;
  std::optional<Error> first_error;
  std::optional<Micros> until;
  if (!arguments.until.empty()) {
    until = parse_time(arguments.until);
    if (!until) {
      throw Error(ErrorCode::bad_argument, "--until " + arguments.until + " is not a time",
                  "Write seconds or h:mm:ss, e.g. 90 or 1:30.");
    }
  }
  for (const std::string& file : arguments.files) {
    if (context.interrupted()) break;
    try {
      const store::Video video = context.call<VideoAdded>(AddVideo{file}).video;
      WatchVideo command;
      command.video = video.id;
      if (arguments.fps > 0) command.fps = arguments.fps;
      if (!arguments.sampling.empty()) {
        command.sampling = arguments.sampling == "keyframes" ? media::SamplingMode::keyframes
                                                             : media::SamplingMode::exact;
      }
      command.until = until;
      const WatchEnded ended = context.call<WatchEnded>(command, [&](const Event& event) {
        if (const auto* progress = std::get_if<WatchProgress>(&event.body)) {
          context.progress(progress_line(video.name, *progress), false);
        }
      });
      context.progress(video.name + (ended.finished ? ": watched" : ": stopped"), true);
      results.push_back(watch_json(video, ended));
      text += watch_text(video, ended);
    } catch (const Error& error) {
      // One bad file must not keep the others from being watched.
      if (arguments.files.size() == 1) throw;
      print_error(error, false);
      results.push_back({{"video", file}, {"error", error_json(failure(error))}});
      if (!first_error) first_error = error;
    }
  }
  // One video gives its object; several that were asked for give a list of those that were begun.
  const bool single = arguments.files.size() == 1 && !results.empty();
  context.print(single ? results[0] : Json{{"videos", results}}, text);
  if (first_error) throw CLI::RuntimeError(exit_code(first_error->code()));
}

struct AskArguments {
  std::string video;
  std::string question;
  std::string range;
  std::vector<std::string> more_videos;
  bool no_verify = false;
  int max_tokens = 256;
};

// Where the disk has no room for the question, the memory can be read all the same.
AnswerDone answer_of(Context& context, const AskQuestion& command) {
  try {
    return context.call<AnswerDone>(command);
  } catch (const Error& error) {
    const bool kept = error.code() == ErrorCode::disk_full;
    if (!kept || !context.kept_from_writing().empty()) throw;
    context.only_read(error.message());
  }
  return context.call<AnswerDone>(command);
}

void ask(Context& context, const AskArguments& arguments) {
  context.set_needs(Context::Needs::writing_if_possible);
  AskQuestion command;
  command.text = arguments.question;
  command.verify = !arguments.no_verify;
  command.generate.max_tokens = arguments.max_tokens;
  std::map<std::int64_t, store::Video> videos;
  std::vector<std::string> names = {arguments.video};
  names.insert(names.end(), arguments.more_videos.begin(), arguments.more_videos.end());
  std::optional<TimeRange> range;
  if (!arguments.range.empty()) {
    range = parse_time_range(arguments.range);
    if (!range) {
      throw Error(ErrorCode::bad_argument, "--range " + arguments.range + " is not a range of time",
                  "Write e.g. 1:00-2:30; the end comes after the beginning.");
    }
  }
  for (const std::string& name : names) {
    const store::Video video = context.find_video(name);
    if (videos.emplace(video.id, video).second) command.scopes.push_back({video.id, range});
  }

  const AnswerDone done = answer_of(context, command);
  const auto video_name = [&](std::int64_t id) { return videos.at(id).name; };
  auto citations = Json::array();
  std::string text = done.answer.text + "\n";
  if (done.answer.state != store::AnswerState::done) {
    text += "  stopped before it was complete\n";
  } else if (!done.answer.found) {
    text = "Not found in what was seen.";
    if (!done.answer.text.empty()) text += " (The model would say: " + done.answer.text + ")";
    text += "\n";
    if (!done.answer.citations.empty()) text += "  nearest moments:\n";
  }
  for (const store::Citation& citation : done.answer.citations) {
    citations.push_back({{"video", videos.at(citation.video_id).path.string()},
                         {"start_s", to_seconds(citation.time.begin)},
                         {"end_s", to_seconds(citation.time.end)},
                         {"score", citation.score},
                         {"verdict", store::verdict_name(citation.verdict)}});
    text += "  [" + format_time(citation.time.begin) + "-" + format_time(citation.time.end) + "] ";
    text += citation.verdict == store::Verdict::confirmed       ? "confirmed"
            : citation.verdict == store::Verdict::not_confirmed ? "not confirmed"
                                                                : "not checked";
    if (videos.size() > 1) text += "  " + video_name(citation.video_id);
    text += "\n";
  }
  auto coverage = Json::array();
  std::map<std::int64_t, std::vector<TimeRange>> seen_of;
  for (const SeenRange& seen : done.coverage) {
    coverage.push_back({{"video", videos.at(seen.video).path.string()},
                        {"start_s", to_seconds(seen.time.begin)},
                        {"end_s", to_seconds(seen.time.end)}});
    seen_of[seen.video].push_back(seen.time);
  }
  text += "  from";
  for (const auto& [video, ranges] : seen_of) {
    text += " " + format_ranges(ranges);
    if (videos.size() > 1) text += " of " + video_name(video);
  }
  text += " seen so far, by " + done.answer.model + "\n";
  const bool stored = done.answer.id != 0;
  if (!stored) text += "  not stored: " + context.kept_from_writing() + "\n";
  const session::AnswerTiming& timing = done.timing;
  const Json object = {{"question", done.question},
                       {"answer", done.answer.text},
                       {"state", store::answer_state_name(done.answer.state)},
                       {"found", done.answer.found},
                       {"support", done.answer.support},
                       {"citations", citations},
                       {"coverage", coverage},
                       {"model", done.answer.model},
                       {"stored", stored},
                       {"timing",
                        {{"first_token_ms", timing.first_token_ms},
                         {"total_ms", timing.total_ms},
                         {"score_ms", timing.score_ms},
                         {"load_ms", timing.load_ms},
                         {"prefill_ms", timing.prefill_ms},
                         {"decode_tokens_per_s", timing.decode_tokens_per_s},
                         {"verify_ms", timing.verify_ms}}}};
  context.print(object, text);
}

}  // namespace

void add_watch_and_ask(CLI::App& app, Context& context) {
  CLI::App* watch_command = app.add_subcommand("watch", "Build or resume the memory of videos");
  auto watch_arguments = std::make_shared<WatchArguments>();
  context.add_common_options(*watch_command);
  watch_command->add_option("files", watch_arguments->files, "Files or addresses")
      ->required()
      ->type_name("FILE|URL");
  watch_command->add_option("--fps", watch_arguments->fps, "Frames looked at per second")
      ->check(CLI::Range(0.001, 1000.0));
  watch_command->add_option("--sampling", watch_arguments->sampling, "exact or keyframes")
      ->check(CLI::IsMember({"exact", "keyframes"}));
  watch_command->add_option("--until", watch_arguments->until, "Stop at this time of the video")
      ->type_name("T");
  watch_command->callback([&context, watch_arguments] { watch(context, *watch_arguments); });

  CLI::App* ask_command = app.add_subcommand(
      "ask",
      "Ask a question of watched videos. While another process has the library, or where it may "
      "only be read, the answer is not stored");
  auto ask_arguments = std::make_shared<AskArguments>();
  context.add_common_options(*ask_command);
  ask_command->add_option("video", ask_arguments->video, "Path, id or name of a video")->required();
  ask_command->add_option("question", ask_arguments->question)->required();
  ask_command->add_option("--range", ask_arguments->range, "Ask only about this part")
      ->type_name("A-B");
  ask_command->add_option("--video", ask_arguments->more_videos, "A further video; may be repeated")
      ->allow_extra_args(false);  // what comes next may be the question
  ask_command->add_flag("--no-verify", ask_arguments->no_verify, "Do not check the citations");
  ask_command->add_option("--max-tokens", ask_arguments->max_tokens, "Longest answer")
      ->check(CLI::Range(1, 4096));
  ask_command->callback([&context, ask_arguments] { ask(context, *ask_arguments); });
}

}  // namespace longtake::cli
