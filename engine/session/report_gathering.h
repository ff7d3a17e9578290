// Declares gather_report(): from the library's rows to the Report that exporters write.
//
// Thread rule: as the Library: safe from every thread. Lifetime rule: none.
#ifndef LONGTAKE_ENGINE_SESSION_REPORT_GATHERING_H_
#define LONGTAKE_ENGINE_SESSION_REPORT_GATHERING_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/report/report.h"
#include "engine/store/library.h"

namespace longtake::session {

// What the library knows about a video: its markers, and the questions of these conversations (none
// = all that are about it) with the answers that ended or have any text. What could not be had, such as the
// file itself, goes to `notes`. Throws Error{bad_argument} for a conversation about other videos,
// {not_found} for one that is not there.
report::Report gather_report(store::Library& library, const store::Video& video,
                             const std::vector<std::int64_t>& conversations,
                             const std::atomic<bool>* cancel, std::vector<std::string>& notes);

// Puts into each citation the picture from its middle, small enough for a page.
void add_pictures(report::Report& report, const std::atomic<bool>* cancel,
                  std::vector<std::string>& notes);

}  // namespace longtake::session

#endif  // LONGTAKE_ENGINE_SESSION_REPORT_GATHERING_H_
