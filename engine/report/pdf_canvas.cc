#include "engine/report/pdf_canvas.h"

#include <cairo-pdf.h>
#include <cairo.h>
#include <pango/pangocairo.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>

#include "kernels/error.h"

namespace longtake::report {

namespace {

struct SurfaceDeleter {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
struct CairoDeleter {
  void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
};
struct ObjectDeleter {
  void operator()(gpointer object) const { g_object_unref(object); }
};
struct FontDeleter {
  void operator()(PangoFontDescription* font) const { pango_font_description_free(font); }
};
struct AttributesDeleter {
  void operator()(PangoAttrList* list) const { pango_attr_list_unref(list); }
};
struct IteratorDeleter {
  void operator()(PangoLayoutIter* iterator) const { pango_layout_iter_free(iterator); }
};
using SurfacePtr = std::unique_ptr<cairo_surface_t, SurfaceDeleter>;
using CairoPtr = std::unique_ptr<cairo_t, CairoDeleter>;
using LayoutPtr = std::unique_ptr<PangoLayout, ObjectDeleter>;
using FontPtr = std::unique_ptr<PangoFontDescription, FontDeleter>;
using AttributesPtr = std::unique_ptr<PangoAttrList, AttributesDeleter>;
using IteratorPtr = std::unique_ptr<PangoLayoutIter, IteratorDeleter>;

// Pango falls back to whatever font has a character; these come first where they are installed.
constexpr const char* kFamilies = "Inter, Noto Sans, DejaVu Sans, sans-serif";

double points(int pango_units) {
  return static_cast<double>(pango_units) / PANGO_SCALE;
}

cairo_status_t append(void* text, const unsigned char* data, unsigned int size) {
  static_cast<std::string*>(text)->append(reinterpret_cast<const char*>(data), size);
  return CAIRO_STATUS_SUCCESS;
}

void check(cairo_status_t status) {
  if (status == CAIRO_STATUS_SUCCESS) return;
  if (status == CAIRO_STATUS_NO_MEMORY) {
    throw Error(ErrorCode::out_of_memory, "There is not enough memory for the PDF",
                "Export without pictures, or fewer conversations at a time.");
  }
  throw Error(ErrorCode::internal,
              std::string("The PDF cannot be written: ") + cairo_status_to_string(status),
              "Export as HTML and print that.");
}

struct PngReader {
  std::string_view left;

  static cairo_status_t read(void* self, unsigned char* out, unsigned int size) {
    auto& reader = *static_cast<PngReader*>(self);
    if (reader.left.size() < size) return CAIRO_STATUS_READ_ERROR;
    std::memcpy(out, reader.left.data(), size);
    reader.left.remove_prefix(size);
    return CAIRO_STATUS_SUCCESS;
  }
};

// Null for what is no picture.
SurfacePtr surface_of(const Picture& picture) {
  if (picture.mime_type == "image/png") {
    PngReader reader{picture.bytes};
    SurfacePtr surface(cairo_image_surface_create_from_png_stream(&PngReader::read, &reader));
    return cairo_surface_status(surface.get()) == CAIRO_STATUS_SUCCESS ? std::move(surface)
                                                                       : nullptr;
  }
  constexpr int kMaxSide = 8192;
  if (picture.mime_type != "image/jpeg" || picture.width <= 0 || picture.height <= 0 ||
      picture.width > kMaxSide || picture.height > kMaxSide) {
    return nullptr;
  }
  // JPEG goes into the document as it is: of the surface itself only its size matters.
  SurfacePtr surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, picture.width, picture.height));
  auto* copy = static_cast<unsigned char*>(g_memdup2(picture.bytes.data(), picture.bytes.size()));
  check(cairo_surface_set_mime_data(surface.get(), CAIRO_MIME_TYPE_JPEG, copy, picture.bytes.size(),
                                    g_free, copy));
  return surface;
}

void round_rectangle(cairo_t* cairo, const Box& box, double top, double bottom) {
  constexpr double kQuarter = std::numbers::pi / 2;
  const double right = box.x + box.width;
  const double end = box.y + box.height;
  cairo_new_sub_path(cairo);
  cairo_arc(cairo, box.x + top, box.y + top, top, 2 * kQuarter, 3 * kQuarter);
  cairo_arc(cairo, right - top, box.y + top, top, 3 * kQuarter, 4 * kQuarter);
  cairo_arc(cairo, right - bottom, end - bottom, bottom, 0, kQuarter);
  cairo_arc(cairo, box.x + bottom, end - bottom, bottom, kQuarter, 2 * kQuarter);
  cairo_close_path(cairo);
}

void set_colour(cairo_t* cairo, const Colour& colour) {
  cairo_set_source_rgb(cairo, colour.red / 255.0, colour.green / 255.0, colour.blue / 255.0);
}

}  // namespace

struct PdfCanvas::State {
  std::string bytes;
  SurfacePtr surface;
  CairoPtr cairo;

  LayoutPtr layout(std::string_view text, const TextStyle& style) const {
    LayoutPtr layout(pango_cairo_create_layout(cairo.get()));
    // Paper has no pixels to round to: rounded, small letters would stand unevenly.
    pango_context_set_round_glyph_positions(pango_layout_get_context(layout.get()), FALSE);
    pango_layout_context_changed(layout.get());
    const FontPtr font(pango_font_description_new());
    pango_font_description_set_family(font.get(), kFamilies);
    pango_font_description_set_weight(font.get(), static_cast<PangoWeight>(style.weight));
    // In points of the page, whatever the resolution that Pango takes the page to have.
    pango_font_description_set_absolute_size(font.get(), style.size * PANGO_SCALE);
    pango_layout_set_font_description(layout.get(), font.get());
    const AttributesPtr attributes(pango_attr_list_new());
    if (style.strike) pango_attr_list_insert(attributes.get(), pango_attr_strikethrough_new(TRUE));
    if (style.capitals) {
      pango_attr_list_insert(attributes.get(),
                             pango_attr_text_transform_new(PANGO_TEXT_TRANSFORM_UPPERCASE));
    }
    pango_layout_set_attributes(layout.get(), attributes.get());
    pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
    pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
    return layout;
  }
};

PdfCanvas::PdfCanvas(std::string title, std::string creator, std::string created_utc,
                     std::function<void(PdfCanvas&, int)> end_page)
    : state_(std::make_unique<State>()), end_page_(std::move(end_page)) {
  state_->surface.reset(
      cairo_pdf_surface_create_for_stream(append, &state_->bytes, kWidth, kHeight));
  cairo_surface_t* surface = state_->surface.get();
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title.c_str());
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, creator.c_str());
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, created_utc.c_str());
  state_->cairo.reset(cairo_create(surface));
  check(cairo_status(state_->cairo.get()));
  // Glyphs where the text's own measures put them, not on a screen's pixels.
  cairo_font_options_t* fonts = cairo_font_options_create();
  cairo_font_options_set_hint_style(fonts, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(fonts, CAIRO_HINT_METRICS_OFF);
  cairo_set_font_options(state_->cairo.get(), fonts);
  cairo_font_options_destroy(fonts);
}

PdfCanvas::~PdfCanvas() = default;

void PdfCanvas::need(double height) {
  if (y_ + height > kBottom && y_ > kTop) new_page();
}

void PdfCanvas::new_page() {
  end_page_(*this, page_);
  cairo_show_page(state_->cairo.get());
  ++page_;
  y_ = kTop;
}

void PdfCanvas::paragraph(std::string_view text, const TextStyle& style, double x, double width) {
  const LayoutPtr layout = state_->layout(text, style);
  pango_layout_set_width(layout.get(), static_cast<int>(width * PANGO_SCALE));
  const IteratorPtr iterator(pango_layout_get_iter(layout.get()));
  do {
    PangoRectangle extents;
    pango_layout_iter_get_line_extents(iterator.get(), nullptr, &extents);
    int top = 0;
    int bottom = 0;
    pango_layout_iter_get_line_yrange(iterator.get(), &top, &bottom);
    const double height = points(bottom - top);
    need(height * style.leading);
    set_colour(state_->cairo.get(), style.colour);
    cairo_move_to(state_->cairo.get(), x + points(extents.x),
                  y_ + height * (style.leading - 1) / 2 +
                      points(pango_layout_iter_get_baseline(iterator.get()) - top));
    pango_cairo_show_layout_line(state_->cairo.get(),
                                 pango_layout_iter_get_line_readonly(iterator.get()));
    y_ += height * style.leading;
  } while (pango_layout_iter_next_line(iterator.get()) != FALSE);
}

double PdfCanvas::line(std::string_view text, const TextStyle& style, double x, double y,
                       double width, bool right) {
  const LayoutPtr layout = state_->layout(text, style);
  pango_layout_set_single_paragraph_mode(layout.get(), TRUE);
  pango_layout_set_auto_dir(layout.get(), TRUE);
  int natural = 0;
  pango_layout_get_size(layout.get(), &natural, nullptr);
  const double shown = std::min(width, points(natural));
  if (points(natural) > width) {
    pango_layout_set_width(layout.get(), static_cast<int>(width * PANGO_SCALE));
    pango_layout_set_height(layout.get(), -1);
    pango_layout_set_ellipsize(layout.get(), PANGO_ELLIPSIZE_END);
  }
  set_colour(state_->cairo.get(), style.colour);
  cairo_move_to(state_->cairo.get(), right ? x + width - shown : x, y);
  pango_cairo_show_layout(state_->cairo.get(), layout.get());
  return shown;
}

double PdfCanvas::width_of(std::string_view text, const TextStyle& style) {
  int width = 0;
  pango_layout_get_size(state_->layout(text, style).get(), &width, nullptr);
  return points(width);
}

double PdfCanvas::height_of(std::string_view text, const TextStyle& style, double width) {
  const LayoutPtr layout = state_->layout(text, style);
  pango_layout_set_width(layout.get(), static_cast<int>(width * PANGO_SCALE));
  int height = 0;
  pango_layout_get_size(layout.get(), nullptr, &height);
  return points(height) * style.leading;
}

void PdfCanvas::fill(const Box& box, const Colour& colour, double radius) {
  set_colour(state_->cairo.get(), colour);
  const double fitting = std::min({radius, box.width / 2, box.height / 2});
  round_rectangle(state_->cairo.get(), box, fitting, fitting);
  cairo_fill(state_->cairo.get());
}

void PdfCanvas::outline(const Box& box, const Colour& colour, double radius) {
  set_colour(state_->cairo.get(), colour);
  cairo_set_line_width(state_->cairo.get(), 0.6);
  round_rectangle(state_->cairo.get(), box, radius, radius);
  cairo_stroke(state_->cairo.get());
}

void PdfCanvas::picture(const Picture& picture, const Box& box, double radius, double opacity) {
  cairo_t* cairo = state_->cairo.get();
  cairo_save(cairo);
  round_rectangle(cairo, box, radius, 0.01);
  cairo_clip(cairo);
  set_colour(cairo, {17, 19, 23});
  cairo_paint_with_alpha(cairo, opacity);
  if (const SurfacePtr surface = surface_of(picture)) {
    const double width = cairo_image_surface_get_width(surface.get());
    const double height = cairo_image_surface_get_height(surface.get());
    const double scale = std::min(box.width / width, box.height / height);
    cairo_translate(cairo, box.x + (box.width - scale * width) / 2,
                    box.y + (box.height - scale * height) / 2);
    cairo_scale(cairo, scale, scale);
    cairo_set_source_surface(cairo, surface.get(), 0, 0);
    cairo_paint_with_alpha(cairo, opacity);
  }
  cairo_restore(cairo);
}

void PdfCanvas::link(const std::string& url, const std::function<void()>& draw) {
  cairo_tag_begin(state_->cairo.get(), CAIRO_TAG_LINK, ("uri='" + url + "'").c_str());
  draw();
  cairo_tag_end(state_->cairo.get(), CAIRO_TAG_LINK);
}

void PdfCanvas::bookmark(const std::string& title) {
  const std::string place = "page=" + std::to_string(page_) + " pos=[0 " +
                            std::to_string(static_cast<int>(std::max(0.0, y_ - 12))) + "]";
  cairo_pdf_surface_add_outline(state_->surface.get(), CAIRO_PDF_OUTLINE_ROOT, title.c_str(),
                                place.c_str(), static_cast<cairo_pdf_outline_flags_t>(0));
}

std::string PdfCanvas::finish() {
  end_page_(*this, page_);
  check(cairo_status(state_->cairo.get()));
  state_->cairo.reset();
  cairo_surface_finish(state_->surface.get());
  check(cairo_surface_status(state_->surface.get()));
  return std::move(state_->bytes);
}

}  // namespace longtake::report
