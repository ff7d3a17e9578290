#include "ui/dialogs/export_preview.h"

#include <QLabel>
#include <QPlainTextEdit>
#include <QRegularExpression>
#include <QStackedWidget>
#include <QTextBrowser>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/base/engine_words.h"
#include "ui/base/text.h"
#include "ui/dialogs/pdf_pages.h"

namespace longtake::ui {

namespace {

// Enough to see what the file is like; laying more out would hold the window up.
constexpr std::size_t kShownBytes = 60'000;
constexpr std::size_t kShownPage = 300'000;
constexpr int kPicture = 200;  // pixels wide

QString beginning(const std::string& bytes, std::size_t most) {
  std::size_t end = std::min(bytes.size(), most);
  // Not in the middle of a letter, nor of a line.
  if (end < bytes.size()) {
    const std::size_t line = bytes.rfind('\n', end);
    if (line != std::string::npos && line > end / 2) end = line;
  }
  return QString::fromUtf8(bytes.data(), static_cast<qsizetype>(end));
}

// Pictures as data would be cut and fetched one by one: the preview says where they are.
QString withoutPictures(const std::string& bytes) {
  QString text = QString::fromUtf8(bytes.data(), static_cast<qsizetype>(bytes.size()));
  static const QRegularExpression data(
      QStringLiteral("data:image/[a-z]+;base64,[A-Za-z0-9+/=]{64,}"));
  text.replace(data, QStringLiteral("data:image/…"));
  return text;
}

}  // namespace

ExportPreview::ExportPreview(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      pages_(new QStackedWidget(this)),
      text_(new QPlainTextEdit(pages_)),
      page_(new QTextBrowser(pages_)),
      pdf_(new PdfPages(theme, pages_)),
      fact_(new QWidget(pages_)),
      factTitle_(new QLabel(fact_)),
      factWords_(new QLabel(fact_)),
      notes_(new QLabel(this)) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(pages_, 1);
  column->addWidget(notes_);
  text_->setReadOnly(true);
  text_->setLineWrapMode(QPlainTextEdit::NoWrap);
  text_->setLayoutDirection(Qt::LeftToRight);  // a file's lines, whatever the language
  text_->setAccessibleName(tr("Preview"));
  page_->setAccessibleName(tr("Preview"));
  page_->setOpenLinks(false);
  pdf_->setAccessibleName(tr("Preview"));
  auto* fact = new QVBoxLayout(fact_);
  fact->addStretch();
  fact->addWidget(factTitle_);
  fact->addWidget(factWords_);
  fact->addStretch();
  for (QLabel* label : {factTitle_, factWords_}) {
    label->setAlignment(Qt::AlignHCenter);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
  }
  factTitle_->setProperty("title", true);
  factWords_->setProperty("soft", true);
  notes_->setProperty("soft", true);
  notes_->setWordWrap(true);
  notes_->setTextFormat(Qt::PlainText);
  notes_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  for (QWidget* page : {static_cast<QWidget*>(text_), static_cast<QWidget*>(page_),
                        static_cast<QWidget*>(pdf_), fact_})
    pages_->addWidget(page);
  connect(&theme, &Theme::changed, this, &ExportPreview::applyTheme);
  applyTheme();
  showWaiting();
}

void ExportPreview::applyTheme() {
  layout()->setSpacing(theme_.gapSmall());
  text_->document()->setDefaultFont(theme_.font(Theme::Font::fixed));
  page_->document()->setDefaultFont(theme_.font(Theme::Font::body));
}

void ExportPreview::showWaiting() {
  showFact(tr("Preview"), tr("Being made…"));
  notes_->hide();
}

void ExportPreview::showFact(const QString& title, const QString& words) {
  factTitle_->setText(title);
  factWords_->setText(words);
  pages_->setCurrentWidget(fact_);
}

void ExportPreview::showFailure(const QString& message, const QString& hint) {
  showFact(message, hint);
  notes_->hide();
}

void ExportPreview::showExport(report::Format format, const Exported& exported) {
  if (format == report::Format::pdf) {
    if (pdf_->show(QByteArray::fromStdString(exported.bytes))) {
      pages_->setCurrentWidget(pdf_);
    } else {
      showFact(tr("A PDF of %1").arg(sizeText(exported.size)), tr("Export it to see its pages."));
    }
  } else if (format == report::Format::html && exported.bytes.size() <= kShownPage) {
    QString html = QString::fromStdString(exported.bytes);
    // The strip of the timeline is drawn in SVG, of which this view would show the loose words.
    static const QRegularExpression strip(QStringLiteral("<figure class=\"strip\">.*?</figure>"),
                                          QRegularExpression::DotMatchesEverythingOption);
    html.remove(strip);
    // Nor does it know the sheet that makes the pictures small.
    static const QRegularExpression size(
        QStringLiteral("(<img [^>]*?)width=\"\\d+\" height=\"\\d+\""));
    html.replace(size, QStringLiteral("\\1width=\"%1\"").arg(theme_.px(kPicture)));
    // And it leaves out the blank between two spans.
    html.replace(QStringLiteral("</span> <span"), QStringLiteral("</span>&nbsp;<span"));
    page_->setHtml(html);
    pages_->setCurrentWidget(page_);
  } else {
    const std::string text = withoutPictures(exported.bytes).toStdString();
    QString shown = beginning(text, kShownBytes);
    if (text.size() > kShownBytes) shown += QStringLiteral("\n…");
    text_->setPlainText(shown);
    pages_->setCurrentWidget(text_);
  }
  QStringList lines;
  for (const std::string& note : exported.notes) lines << QStringLiteral("• ") + engineText(note);
  notes_->setText(lines.join(QLatin1Char('\n')));
  notes_->setVisible(!lines.isEmpty());
}

QString ExportPreview::plainText() const {
  if (pages_->currentWidget() == text_) return text_->toPlainText();
  if (pages_->currentWidget() == page_) return page_->toPlainText();
  if (pages_->currentWidget() == pdf_) return pdf_->plainText();
  return factTitle_->text() + QLatin1Char('\n') + factWords_->text();
}

}  // namespace longtake::ui
