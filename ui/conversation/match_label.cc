#include "ui/conversation/match_label.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>

namespace longtake::ui {

namespace {

// Longer runs without a blank are given places to break at: a label breaks nowhere else.
constexpr int kLongestWord = 28;

QString breakable(const QString& text) {
  QString result;
  int run = 0;
  for (const QChar c : text) {
    run = c.isSpace() || c.isHighSurrogate() || c.isLowSurrogate() || c.isMark() ? 0 : run + 1;
    if (run > kLongestWord) {
      result += QChar(0x200B);
      run = 1;
    }
    result += c;
  }
  return result;
}

QString escaped(const QString& text) {
  return breakable(text).toHtmlEscaped().replace(QLatin1Char('\n'), QStringLiteral("<br>"));
}

}  // namespace

QList<qsizetype> matchesOf(const QString& text, const QString& needle) {
  QList<qsizetype> places;
  if (needle.isEmpty()) return places;
  for (qsizetype at = text.indexOf(needle, 0, Qt::CaseInsensitive); at >= 0;
       at = text.indexOf(needle, at + needle.size(), Qt::CaseInsensitive)) {
    places << at;
  }
  return places;
}

MatchLabel::MatchLabel(const Theme& theme, Theme::Font font, QWidget* parent)
    : QLabel(parent), theme_(theme), font_(font) {
  setWordWrap(true);
  setTextFormat(Qt::PlainText);
  setTextInteractionFlags(Qt::TextSelectableByMouse);
  setMinimumWidth(1);
  connect(&theme, &Theme::changed, this, [this] {
    setFont(theme_.font(font_));
    render();
  });
  setFont(theme.font(font));
  align();
}

void MatchLabel::setPlainText(const QString& text) {
  if (text == text_) return;
  text_ = text;
  render();
}

void MatchLabel::setThemeFont(Theme::Font font) {
  if (font == font_) return;
  font_ = font;
  setFont(theme_.font(font));
}

// A style sheet takes a font away that was set before the widget came to its window.
void MatchLabel::changeEvent(QEvent* event) {
  QLabel::changeEvent(event);
  if (event->type() == QEvent::FontChange && font() != theme_.font(font_))
    setFont(theme_.font(font_));
  if (event->type() == QEvent::LayoutDirectionChange) align();
}

// Text that can be selected would begin where its own language does, apart from everything around
// it.
void MatchLabel::align() {
  if ((alignment() & Qt::AlignHCenter) != 0) return;
  const bool right = layoutDirection() == Qt::RightToLeft;
  setAlignment(Qt::AlignVCenter | Qt::AlignAbsolute | (right ? Qt::AlignRight : Qt::AlignLeft));
}

void MatchLabel::setFind(const QString& needle, int current) {
  if (needle == needle_ && current == current_) return;
  needle_ = needle;
  current_ = current;
  render();
}

void MatchLabel::render() {
  const QList<qsizetype> places = matchesOf(text_, needle_);
  setAccessibleName(text_);
  if (places.isEmpty()) {
    setTextFormat(Qt::PlainText);
    setText(breakable(text_));
    return;
  }
  const Colors& c = theme_.colors();
  QString html;
  qsizetype end = 0;
  for (qsizetype i = 0; i < places.size(); ++i) {
    html += escaped(text_.mid(end, places[i] - end));
    const bool current = i == current_;
    html +=
        QStringLiteral("<span style=\"background:%1;color:%2\">%3</span>")
            .arg((current ? c.accent : c.warnSoft).name(), (current ? c.onAccent : c.text).name(),
                 escaped(text_.mid(places[i], needle_.size())));
    end = places[i] + needle_.size();
  }
  setTextFormat(Qt::RichText);
  setText(html + escaped(text_.mid(end)));
}

ElidedLabel::ElidedLabel(const Theme& theme, Theme::Font font, QWidget* parent)
    : QWidget(parent), theme_(theme), font_(font) {
  connect(&theme, &Theme::changed, this, [this] {
    updateGeometry();
    update();
  });
}

void ElidedLabel::setText(const QString& text) {
  if (text == text_) return;
  text_ = text;
  setAccessibleName(text);
  updateGeometry();
  update();
}

void ElidedLabel::setDetails(const QString& details) {
  details_ = details;
  setAccessibleDescription(details);
}

void ElidedLabel::setColor(QColor Colors::*color) {
  color_ = color;
  update();
}

QSize ElidedLabel::sizeHint() const {
  const QFontMetrics metrics(theme_.font(font_));
  return {metrics.horizontalAdvance(text_) + 1, metrics.height()};
}

QSize ElidedLabel::minimumSizeHint() const {
  const QFontMetrics metrics(theme_.font(font_));
  return {std::min(sizeHint().width(), metrics.height()), metrics.height()};
}

void ElidedLabel::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  painter.setLayoutDirection(layoutDirection());
  painter.setFont(theme_.font(font_));
  painter.setPen(theme_.colors().*color_);
  painter.drawText(rect(), Qt::AlignLeading | Qt::AlignVCenter,
                   painter.fontMetrics().elidedText(text_, Qt::ElideRight, width()));
}

bool ElidedLabel::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip) return QWidget::event(event);
  QStringList lines;
  if (sizeHint().width() - 1 > width()) lines << text_;
  if (!details_.isEmpty()) lines << details_;
  QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), lines.join(QLatin1Char('\n')),
                     this);
  return true;
}

}  // namespace longtake::ui
