#include "engine/session/exporting.h"

#include <filesystem>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

#include "engine/base/file.h"
#include "engine/media/clip_writer.h"
#include "engine/media/frame_reader.h"
#include "engine/media/image_file.h"
#include "engine/report/report.h"
#include "engine/session/report_gathering.h"
#include "engine/session/source_file.h"
#include "kernels/error.h"

namespace longtake::session {

namespace {

namespace fs = std::filesystem;

void refuse_source(const store::Video& video, const fs::path& path) {
  std::error_code ignored;
  if (fs::equivalent(video.path, path, ignored)) {
    throw Error(ErrorCode::bad_argument, path.string() + " is the video itself",
                "Choose another name: the source is never written to.");
  }
}

void require_path(const std::string& path) {
  if (path.empty()) {
    throw Error(ErrorCode::bad_argument, "There is no name for the file",
                "Say where it is to be written.");
  }
}

// "cut.edl", "cut (2).edl", ...
fs::path part_path(const fs::path& path, std::size_t part) {
  if (part == 0) return path;
  fs::path name = path.stem();
  name += " (" + std::to_string(part + 1) + ")";
  name += path.extension();
  return path.parent_path() / name;
}

// The names of further parts were chosen by nobody: what has one of them is replaced only if it is the
// same part of an earlier export, which begins with the same title.
void refuse_taken(const fs::path& path, std::string_view part) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) return;
  const std::string_view title = part.substr(0, part.find('\n'));
  if (fs::is_regular_file(path, ignored)) {
    std::string begin(title.size(), '\0');
    begin.resize(File::open(path, File::Mode::read)
                     .read_some_at(0, std::as_writable_bytes(std::span(begin))));
    if (begin == title) return;
  }
  throw Error(ErrorCode::bad_argument,
              path.string() + " is there already, and the export continues in a file of this name",
              "Choose another name for the export, or move that file away.");
}

// What is not to be seen needs no picture.
void drop_unaccepted(report::Report& report) {
  for (report::Question& question : report.questions) {
    for (report::Answer& answer : question.answers) {
      std::erase_if(answer.citations, [](const report::Citation& citation) {
        return citation.user_verdict != store::Verdict::confirmed;
      });
    }
  }
}

}  // namespace

Exported Exporter::run(const Export& command, const std::atomic<bool>* cancel) {
  const store::Video video = require_video(library_, command.video);
  if (!command.path.empty()) refuse_source(video, command.path);
  Exported exported;
  exported.path = command.path;
  report::Report report =
      gather_report(library_, video, command.conversations, cancel, exported.notes);
  const report::ExportOptions& options = command.options;
  if (options.accepted_only) drop_unaccepted(report);
  if (options.citations && options.pictures && report::format_facts(options.format).has_pictures) {
    add_pictures(report, cancel, exported.notes);
  }
  report::Document document = report::write_report(std::move(report), options);
  exported.notes.insert(exported.notes.end(), document.notes.begin(), document.notes.end());
  if (cancel != nullptr && cancel->load(std::memory_order_relaxed)) {
    throw Error(ErrorCode::cancelled, "The export was stopped");
  }
  exported.parts = document.parts.size();
  if (command.path.empty()) {
    exported.bytes = std::move(document.parts.front());
    exported.size = static_cast<std::int64_t>(exported.bytes.size());
    return exported;
  }
  for (std::size_t part = 1; part < document.parts.size(); ++part) {
    const fs::path path = part_path(command.path, part);
    refuse_source(video, path);
    refuse_taken(path, document.parts[part]);
  }
  for (std::size_t part = 0; part < document.parts.size(); ++part) {
    const fs::path path = part_path(command.path, part);
    if (part > 0) {
      exported.notes.push_back("It continues in " + path.filename().string() + ".");
    }
    write_file_atomically(path, document.parts[part]);
    exported.size += static_cast<std::int64_t>(document.parts[part].size());
  }
  return exported;
}

Exported Exporter::run(const ExportClip& command, const std::atomic<bool>* cancel) {
  const store::Video video = require_video(library_, command.video);
  require_path(command.path);
  media::WrittenClip clip = media::write_clip(require_source(video), command.time, command.path,
                                              {.reencode = command.reencode, .cancel = cancel});
  return {command.path, {}, clip.size, std::move(clip.notes)};
}

Exported Exporter::run(const SaveFrame& command, const std::atomic<bool>* cancel) {
  const store::Video video = require_video(library_, command.video);
  require_path(command.path);
  refuse_source(video, command.path);
  const std::string source = require_source(video);
  media::ReadOptions options;
  options.threads = 2;  // watching may need the rest
  options.cancel = cancel;
  const std::vector<media::SampledFrame> frames =
      media::read_at(source, {command.time}, options);
  if (cancel != nullptr && cancel->load(std::memory_order_relaxed)) {
    throw Error(ErrorCode::cancelled, "Saving the frame was stopped");
  }
  if (frames.empty()) {
    throw Error(ErrorCode::bad_argument,
                video.name + " has no picture at " + format_time(command.time),
                "The video ends at " + format_time(video.duration) + ".");
  }
  const std::vector<std::byte> png = media::encode_png(frames.front().image);
  write_file_atomically(command.path, png);
  Exported exported;
  exported.path = command.path;
  exported.size = static_cast<std::int64_t>(png.size());
  exported.notes.push_back("The picture went on screen at " + format_time(frames.front().pts) +
                           ".");
  return exported;
}

Exported run_export(store::Library& library, const Command& command,
                    const std::atomic<bool>* cancel) {
  Exporter exporter(library);
  return std::visit(
      [&](const auto& typed) -> Exported {
        if constexpr (requires { exporter.run(typed, cancel); }) {
          return exporter.run(typed, cancel);
        } else {
          throw Error(ErrorCode::internal, "This command exports nothing",
                      "This is a bug in Longtake: please report it.");
        }
      },
      command);
}

}  // namespace longtake::session
