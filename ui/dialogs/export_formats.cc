#include "ui/dialogs/export_formats.h"

#include <QPainter>
#include <QStyledItemDelegate>

namespace longtake::ui {

namespace {

using report::Format;

constexpr Format kReports[] = {Format::markdown, Format::html, Format::pdf, Format::json,
                               Format::csv};
constexpr Format kTimelines[] = {Format::srt,  Format::vtt,    Format::edl, Format::resolve,
                                 Format::otio, Format::fcpxml, Format::eaf, Format::chapters};
constexpr int kFormatRole = Qt::UserRole;  // of a heading: invalid
constexpr int kWordsRole = Qt::UserRole + 1;

// A heading, or a format with its line below.
class FormatDelegate : public QStyledItemDelegate {
 public:
  FormatDelegate(const Theme& theme, QObject* parent)
      : QStyledItemDelegate(parent), theme_(theme) {}

  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    const int body = QFontMetrics(theme_.font(Theme::Font::body)).height();
    const int small = QFontMetrics(theme_.font(Theme::Font::small)).height();
    const bool heading = !index.data(kFormatRole).isValid();
    const int height =
        heading ? small + theme_.gap() + theme_.gapTiny() : body + small + theme_.gapSmall();
    return {option.rect.width(), height};
  }

  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override {
    const Colors& c = theme_.colors();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setLayoutDirection(option.direction);
    QRect box = option.rect.adjusted(theme_.gapSmall(), 0, -theme_.gapSmall(), 0);
    const auto line = [&](const QString& words, const QFont& font, const QColor& color, int top) {
      painter->setFont(font);
      painter->setPen(color);
      const QFontMetrics metrics = painter->fontMetrics();
      painter->drawText(QRect(box.left(), top, box.width(), metrics.height()),
                        Qt::AlignLeading | Qt::AlignVCenter,
                        metrics.elidedText(words, Qt::ElideRight, box.width()));
      return top + metrics.height();
    };
    const QString title = index.data(Qt::DisplayRole).toString();
    if (!index.data(kFormatRole).isValid()) {
      QFont font = theme_.font(Theme::Font::small);
      font.setWeight(QFont::DemiBold);
      line(title, font, c.textSoft,
           box.bottom() - QFontMetrics(font).height() - theme_.gapTiny() / 2);
    } else {
      const bool selected = (option.state & QStyle::State_Selected) != 0;
      const bool hover = (option.state & QStyle::State_MouseOver) != 0;
      const bool focus = selected && (option.state & QStyle::State_HasFocus) != 0;
      if (selected || hover) {
        painter->setPen(focus ? QPen(c.accent, 1) : QPen(Qt::NoPen));
        painter->setBrush(selected ? c.accentSoft : c.hover);
        painter->drawRoundedRect(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5),
                                 theme_.radius(), theme_.radius());
      }
      const int top =
          line(title, theme_.font(Theme::Font::body), c.text, box.top() + theme_.gapTiny());
      line(index.data(kWordsRole).toString(), theme_.font(Theme::Font::small), c.textSoft, top);
    }
    painter->restore();
  }

 private:
  const Theme& theme_;
};

}  // namespace

QString formatTitle(Format format) {
  switch (format) {
    case Format::markdown:
      return ExportFormats::tr("Markdown");
    case Format::html:
      return ExportFormats::tr("Web page (HTML)");
    case Format::pdf:
      return ExportFormats::tr("PDF");
    case Format::json:
      return ExportFormats::tr("JSON");
    case Format::csv:
      return ExportFormats::tr("Table (CSV)");
    case Format::srt:
      return ExportFormats::tr("Subtitles (SRT)");
    case Format::vtt:
      return ExportFormats::tr("Subtitles (WebVTT)");
    case Format::edl:
      return ExportFormats::tr("Edit list (EDL)");
    case Format::resolve:
      return ExportFormats::tr("DaVinci Resolve markers");
    case Format::otio:
      return ExportFormats::tr("OpenTimelineIO");
    case Format::fcpxml:
      return ExportFormats::tr("Final Cut Pro (FCPXML)");
    case Format::eaf:
      return ExportFormats::tr("ELAN");
    case Format::chapters:
      return ExportFormats::tr("Chapters");
  }
  return {};
}

QString formatWords(Format format) {
  switch (format) {
    case Format::markdown:
      return ExportFormats::tr("To read and to go on writing");
    case Format::html:
      return ExportFormats::tr("One file, for any browser");
    case Format::pdf:
      return ExportFormats::tr("To print, to send and to keep");
    case Format::json:
      return ExportFormats::tr("Everything, for programs");
    case Format::csv:
      return ExportFormats::tr("A row for each citation and marker");
    case Format::srt:
      return ExportFormats::tr("Shown by nearly every player");
    case Format::vtt:
      return ExportFormats::tr("For players in web pages");
    case Format::edl:
      return ExportFormats::tr("For nearly every editing program");
    case Format::resolve:
      return ExportFormats::tr("Import into a timeline as markers");
    case Format::otio:
      return ExportFormats::tr("Between editing programs");
    case Format::fcpxml:
      return ExportFormats::tr("A project with clips and markers");
    case Format::eaf:
      return ExportFormats::tr("Annotations in tiers, one for each question");
    case Format::chapters:
      return ExportFormats::tr("For FFmpeg, to be written into the video");
  }
  return {};
}

ExportFormats::ExportFormats(const Theme& theme, QWidget* parent) : QListWidget(parent) {
  setItemDelegate(new FormatDelegate(theme, this));
  setMouseTracking(true);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  setAccessibleName(tr("Format"));
  const auto heading = [this](const QString& words) {
    auto* item = new QListWidgetItem(words, this);
    item->setFlags(Qt::NoItemFlags);
  };
  const auto add = [this](Format format) {
    auto* item = new QListWidgetItem(formatTitle(format), this);
    item->setData(kFormatRole, static_cast<int>(format));
    item->setData(kWordsRole, formatWords(format));
    item->setData(Qt::AccessibleTextRole,
                  QStringLiteral("%1: %2").arg(formatTitle(format), formatWords(format)));
    item->setToolTip(formatWords(format));
  };
  heading(tr("Report"));
  for (const Format format : kReports) add(format);
  heading(tr("Timeline"));
  for (const Format format : kTimelines) add(format);
  setCurrentRow(1);
  connect(this, &QListWidget::currentRowChanged, this, [this] { emit chosen(format()); });
  connect(&theme, &Theme::changed, this, [this] { doItemsLayout(); });
}

Format ExportFormats::format() const {
  const QListWidgetItem* item = currentItem();
  const QVariant value = item != nullptr ? item->data(kFormatRole) : QVariant();
  return value.isValid() ? static_cast<Format>(value.toInt()) : Format::markdown;
}

void ExportFormats::setFormat(Format format) {
  for (int row = 0; row < count(); ++row) {
    const QVariant value = item(row)->data(kFormatRole);
    if (value.isValid() && value.toInt() == static_cast<int>(format)) setCurrentRow(row);
  }
}

}  // namespace longtake::ui
