// Declares the writers, private to this room: one per format, from a Report that write_report() has
// tidied. Lines end as the format's readers like it; text is UTF-8.
//
// Thread rule: pure functions. Lifetime rule: none.
#ifndef LONGTAKE_ENGINE_REPORT_WRITERS_H_
#define LONGTAKE_ENGINE_REPORT_WRITERS_H_

#include "engine/report/export_options.h"
#include "engine/report/report.h"

namespace longtake::report {

// For reading: questions, answers, citations with pictures, markers, and where each came from.
Document write_markdown(const Report& report, const ExportOptions& options);
Document write_html(const Report& report, const ExportOptions& options);
Document write_pdf(const Report& report, const ExportOptions& options);

// For programs: everything, the answers that found nothing and the rejected citations included.
Document write_json(const Report& report, const ExportOptions& options);
Document write_csv(const Report& report, const ExportOptions& options);

// For players and editors: the timeline_items() of the first video.
Document write_srt(const Report& report, const ExportOptions& options);
Document write_vtt(const Report& report, const ExportOptions& options);
Document write_edl(const Report& report, const ExportOptions& options);
Document write_resolve(const Report& report, const ExportOptions& options);
Document write_otio(const Report& report, const ExportOptions& options);
Document write_fcpxml(const Report& report, const ExportOptions& options);
Document write_eaf(const Report& report, const ExportOptions& options);
Document write_chapters(const Report& report, const ExportOptions& options);

}  // namespace longtake::report

#endif  // LONGTAKE_ENGINE_REPORT_WRITERS_H_
