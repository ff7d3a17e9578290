// Declares PdfCanvas, private to this room: A4 pages in a string, with text in any script (Pango
// chooses the fonts), links, pictures and bookmarks. Positions are points from the top left corner.
//
// Text flows: paragraph() goes on to the next page by itself; for what must stay together, need()
// first.
//
// Thread rule: one thread. Lifetime rule: finish() once, then nothing more.
#ifndef LONGTAKE_ENGINE_REPORT_PDF_CANVAS_H_
#define LONGTAKE_ENGINE_REPORT_PDF_CANVAS_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "engine/report/report.h"
#include "engine/report/timeline.h"

namespace longtake::report {

struct TextStyle {
  double size = 10;  // points
  int weight = 400;
  Colour colour = {27, 31, 36};
  double leading = 1.1;  // times the font's own height of a line
  bool strike = false;
  bool capitals = false;
};

struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
};

class PdfCanvas {
 public:
  static constexpr double kWidth = 595.28;
  static constexpr double kHeight = 841.89;
  static constexpr double kLeft = 50;
  static constexpr double kRight = kWidth - 50;
  static constexpr double kTop = 54;
  static constexpr double kBottom = kHeight - 62;
  static constexpr double kBodyWidth = kRight - kLeft;

  // `end_page` draws what every page bears, its number given from 1.
  PdfCanvas(std::string title, std::string creator, std::string created_utc,
            std::function<void(PdfCanvas&, int)> end_page);
  ~PdfCanvas();
  PdfCanvas(const PdfCanvas&) = delete;
  PdfCanvas& operator=(const PdfCanvas&) = delete;

  // Where the next thing goes; moved by those below that say so.
  double y() const { return y_; }
  void set_y(double y) { y_ = y; }
  void advance(double distance) { y_ += distance; }
  int page() const { return page_; }
  // A new page unless so much is left of this one.
  void need(double height);
  void new_page();

  // Wrapped text at y(), which moves below it, over pages if need be.
  void paragraph(std::string_view text, const TextStyle& style, double x, double width);
  // One line at a place, cut with "…" where it does not fit; aligned to the right end of `width` if
  // asked. Returns its width. y() stays.
  double line(std::string_view text, const TextStyle& style, double x, double y, double width,
              bool right = false);
  double width_of(std::string_view text, const TextStyle& style);
  double height_of(std::string_view text, const TextStyle& style, double width);  // of a paragraph

  void fill(const Box& box, const Colour& colour, double radius = 0);
  void outline(const Box& box, const Colour& colour, double radius);
  // Fitted into the box on a dark ground, its upper corners rounded; `opacity` 0 to 1.
  void picture(const Picture& picture, const Box& box, double radius, double opacity);
  // Whatever `draw` draws leads to the address when it is clicked.
  void link(const std::string& url, const std::function<void()>& draw);
  // An entry of the document's outline that leads to y().
  void bookmark(const std::string& title);

  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
  std::function<void(PdfCanvas&, int)> end_page_;
  double y_ = kTop;
  int page_ = 1;
};

}  // namespace longtake::report

#endif  // LONGTAKE_ENGINE_REPORT_PDF_CANVAS_H_
